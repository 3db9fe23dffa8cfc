package dev.juxta.train;

import dev.juxta.CrossEncoder;
import dev.juxta.ScoreOptions;
import dev.juxta.TextPair;
import dev.juxta.measure.CalibrationError;
import dev.juxta.train.calibration.NoMatch.Bests;
import dev.juxta.train.calibration.PlattScaling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntConsumer;

/**
 * Judged documents with a model's logits, from which a calibration is learned and by which it is checked.
 *
 * @param lists one per query
 */
public record ScoredExamples(List<ScoredList> lists) {

    /** One query in five, by what it says, checks what the others taught. */
    private static final int HELD_OUT = 5;

    /** 2³² by the golden ratio, which spreads like hashes (Knuth, "The Art of Computer Programming", 6.4). */
    private static final int SPREAD = 0x9e3779b9;

    /**
     * The documents of one query.
     *
     * @param query what was asked; examples with the same one are on the same side
     * @param logits by the model, [documents]
     * @param positive which are relevant, [documents]
     */
    public record ScoredList(String query, double[] logits, boolean[] positive) {}

    public ScoredExamples {
        lists = List.copyOf(lists);
    }

    /**
     * Scores examples; a label above 0 means relevant.
     *
     * @param scored is told of pairs as they are scored
     */
    public static ScoredExamples of(CrossEncoder model, List<Example> examples, IntConsumer scored) {
        List<ScoredList> lists = new ArrayList<>();
        for (Example example : examples) {
            List<TextPair> pairs = example.documents().stream()
                    .map(document -> new TextPair(example.query(), document))
                    .toList();
            double[] logits = model.score(pairs, ScoreOptions.defaults()).stream()
                    .mapToDouble(score -> score.logit())
                    .toArray();
            boolean[] positive = new boolean[logits.length];
            for (int i = 0; i < positive.length; i++) {
                positive[i] = example.labels()[i] > 0;
            }
            lists.add(new ScoredList(example.query(), logits, positive));
            scored.accept(pairs.size());
        }
        return new ScoredExamples(lists);
    }

    /** Those that teach. */
    public ScoredExamples taught() {
        return part(false);
    }

    /** Those that check. */
    public ScoredExamples heldOut() {
        return part(true);
    }

    private ScoredExamples part(boolean held) {
        return new ScoredExamples(
                lists.stream().filter(list -> isHeldOut(list.query()) == held).toList());
    }

    private static boolean isHeldOut(String query) {
        int spread = query.hashCode() * SPREAD;
        return Math.floorMod(spread >>> 16, HELD_OUT) == 0;
    }

    /** The number of pairs. */
    public int pairs() {
        return lists.stream().mapToInt(list -> list.logits().length).sum();
    }

    /** The number of relevant pairs. */
    public int positives() {
        int count = 0;
        for (boolean one : positive()) {
            count += one ? 1 : 0;
        }
        return count;
    }

    /** All logits, [pairs]. */
    public double[] logits() {
        return lists.stream()
                .flatMapToDouble(list -> Arrays.stream(list.logits()))
                .toArray();
    }

    /** Which pairs are relevant, [pairs]. */
    public boolean[] positive() {
        boolean[] all = new boolean[pairs()];
        int pair = 0;
        for (ScoredList list : lists) {
            for (boolean one : list.positive()) {
                all[pair++] = one;
            }
        }
        return all;
    }

    /** How far probabilities, made of logits, are from what is so (expected calibration error, from 0 to 1). */
    public double error(DoubleUnaryOperator probability) {
        double[] values = logits();
        for (int i = 0; i < values.length; i++) {
            values[i] = probability.applyAsDouble(values[i]);
        }
        return new CalibrationError(CalibrationError.DEFAULT_BINS).of(values, positive());
    }

    /** The best probabilities of each query that has both relevant and other documents. */
    public List<Bests> bests(PlattScaling scaling) {
        List<Bests> bests = new ArrayList<>();
        for (ScoredList list : lists) {
            double with = -1;
            double without = -1;
            boolean relevant = false;
            for (int i = 0; i < list.logits().length; i++) {
                double probability = scaling.probability(list.logits()[i]);
                with = Math.max(with, probability);
                relevant |= list.positive()[i];
                without = list.positive()[i] ? without : Math.max(without, probability);
            }
            if (relevant && without >= 0) {
                bests.add(new Bests(with, without));
            }
        }
        return bests;
    }
}
