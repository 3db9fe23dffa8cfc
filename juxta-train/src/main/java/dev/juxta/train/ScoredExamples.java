package dev.juxta.train;

import dev.juxta.CrossEncoder;
import dev.juxta.ScoreOptions;
import dev.juxta.TextPair;
import dev.juxta.measure.CalibrationError;
import dev.juxta.train.calibration.NoMatch;
import dev.juxta.train.calibration.NoMatch.Bests;
import dev.juxta.train.calibration.PlattScaling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntConsumer;

/**
 * Judged documents with a model's logits, from which a calibration is learned and by which it is checked.
 *
 * @param lists one per query
 */
public record ScoredExamples(List<ScoredList> lists) {

    /** The share of queries that check what the others taught: every fifth. */
    private static final int HELD_OUT = 5;

    /**
     * The documents of one query.
     *
     * @param logits by the model, [documents]
     * @param positive which are relevant, [documents]
     */
    public record ScoredList(double[] logits, boolean[] positive) {}

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
            lists.add(new ScoredList(logits, positive));
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
        List<ScoredList> part = new ArrayList<>();
        for (int i = 0; i < lists.size(); i++) {
            if ((i % HELD_OUT == HELD_OUT - 1) == held) {
                part.add(lists.get(i));
            }
        }
        return new ScoredExamples(part);
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

    /** Where nothing matches, if there are queries with both relevant and other documents. */
    public Optional<NoMatch> noMatch(PlattScaling scaling) {
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
        return bests.isEmpty() ? Optional.empty() : Optional.of(NoMatch.of(bests));
    }
}
