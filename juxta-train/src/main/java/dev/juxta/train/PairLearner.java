package dev.juxta.train;

import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.PackedBatch.Sequence;
import dev.juxta.engine.Precision;
import dev.juxta.measure.JudgedRanking;
import dev.juxta.measure.Ndcg;
import dev.juxta.text.PairTokenizer;
import dev.juxta.torch.TrainableProgram;
import dev.juxta.train.loss.Loss;
import dev.juxta.train.loss.LossValue;
import dev.juxta.train.loss.ScoredLists;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Scores the pairs of examples with a network, and collects the gradients of what the loss makes of the scores. */
final class PairLearner {

    private static final Ndcg NDCG = Ndcg.at(10);

    private final BaseModel base;
    private final TrainableProgram program;
    private final Loss loss;
    private final TrainingOptions options;

    PairLearner(BaseModel base, TrainableProgram program, Loss loss, TrainingOptions options) {
        this.base = base;
        this.program = program;
        this.loss = loss;
        this.options = options;
    }

    /**
     * Collects the gradients of a batch. One that is too large to be computed at once is scored without a way back
     * first, for the loss needs all scores, and then once more in parts (Gao et al. 2021, arXiv:2101.06983).
     *
     * @return the loss
     */
    double learn(List<Example> batch) {
        List<Sequence> sequences = sequences(batch);
        List<List<Integer>> parts = parts(sequences);
        float[] scores;
        if (parts.size() == 1) {
            scores = new float[sequences.size() * base.labels()];
            spread(program.forward(packed(sequences, parts.get(0))), parts.get(0), scores);
        } else {
            scores = scores(sequences, parts);
        }
        LossValue value = loss.of(lists(batch, scores));
        if (!Double.isFinite(value.value())) {
            throw new ArithmeticException("The loss of step " + (program.steps() + 1) + " is " + value.value()
                    + "; try a learning rate below " + options.learningRate()
                    + (options.precision() == Precision.FP32 ? "" : ", or precision fp32"));
        }
        for (List<Integer> part : parts) {
            if (parts.size() > 1) {
                program.forward(packed(sequences, part));
            }
            program.backward(gathered(value.gradient(), part));
        }
        return value.value();
    }

    /**
     * How good the network is: the mean nDCG@10 of examples with several documents and different grades, if there are such;
     * else the mean loss with its sign changed.
     */
    double judge(ExampleSource examples) throws IOException {
        double costs = 0;
        double gains = 0;
        int ranked = 0;
        for (int from = 0; from < examples.size(); from += options.batch()) {
            List<Example> batch = new ArrayList<>();
            for (int i = from; i < Math.min(examples.size(), from + options.batch()); i++) {
                batch.add(examples.get(i));
            }
            List<Sequence> sequences = sequences(batch);
            float[] scores = scores(sequences, parts(sequences));
            costs += loss.of(lists(batch, scores)).value() * batch.size();
            int first = 0;
            for (Example example : batch) {
                if (base.labels() == 1 && isGraded(example)) {
                    gains += NDCG.of(ranking(example, scores, first));
                    ranked++;
                }
                first += example.documents().size();
            }
        }
        return ranked > 0 ? gains / ranked : -costs / examples.size();
    }

    private static boolean isGraded(Example example) {
        boolean different = false;
        for (float label : example.labels()) {
            if (label < 0 || label != Math.rint(label)) {
                return false;
            }
            different |= label != example.labels()[0];
        }
        return different;
    }

    private static JudgedRanking ranking(Example example, float[] scores, int first) {
        Map<String, Integer> grades = new HashMap<>();
        Map<String, Double> found = new HashMap<>();
        for (int i = 0; i < example.labels().length; i++) {
            grades.put(Integer.toString(i), (int) example.labels()[i]);
            found.put(Integer.toString(i), (double) scores[first + i]);
        }
        return JudgedRanking.of(grades, found);
    }

    private List<Sequence> sequences(List<Example> batch) {
        int maxLength = Math.min(options.maxLength(), base.maxLength());
        List<Sequence> sequences = new ArrayList<>();
        for (Example example : batch) {
            PairTokenizer.First query = base.tokenizer().tokenizer().first("", example.query());
            for (String document : example.documents()) {
                sequences.add(base.sequence(query, document, maxLength));
            }
        }
        return sequences;
    }

    private float[] scores(List<Sequence> sequences, List<List<Integer>> parts) {
        float[] scores = new float[sequences.size() * base.labels()];
        for (List<Integer> part : parts) {
            spread(program.evaluate(packed(sequences, part)), part, scores);
        }
        return scores;
    }

    /** The sequences that are computed together, longest first, so that like lengths meet. */
    private List<List<Integer>> parts(List<Sequence> sequences) {
        List<Integer> longestFirst = IntStream.range(0, sequences.size())
                .boxed()
                .sorted(Comparator.comparingInt(i -> -sequences.get(i).ids().length))
                .toList();
        List<List<Integer>> parts = new ArrayList<>();
        int tokens = 0;
        for (int i : longestFirst) {
            int length = sequences.get(i).ids().length;
            if (parts.isEmpty() || tokens + length > options.batchTokens()) {
                parts.add(new ArrayList<>());
                tokens = 0;
            }
            parts.get(parts.size() - 1).add(i);
            tokens += length;
        }
        return parts;
    }

    private static PackedBatch packed(List<Sequence> sequences, List<Integer> part) {
        return PackedBatch.of(part.stream().map(sequences::get).toList());
    }

    private void spread(float[] rows, List<Integer> part, float[] all) {
        for (int i = 0; i < part.size(); i++) {
            System.arraycopy(rows, i * base.labels(), all, part.get(i) * base.labels(), base.labels());
        }
    }

    private float[] gathered(float[] all, List<Integer> part) {
        float[] rows = new float[part.size() * base.labels()];
        for (int i = 0; i < part.size(); i++) {
            System.arraycopy(all, part.get(i) * base.labels(), rows, i * base.labels(), base.labels());
        }
        return rows;
    }

    /** The scores with their labels: a list per example, or per pair where a pair has several scores. */
    private ScoredLists lists(List<Example> batch, float[] scores) {
        int[] offsets = new int[(base.labels() == 1 ? batch.size() : scores.length / base.labels()) + 1];
        float[] labels = new float[scores.length];
        int pair = 0;
        for (int i = 0; i < batch.size(); i++) {
            for (float label : batch.get(i).labels()) {
                if (base.labels() == 1) {
                    labels[pair] = label;
                } else {
                    labels[pair * base.labels() + requireLabel(label)] = 1;
                    offsets[pair + 1] = (pair + 1) * base.labels();
                }
                pair++;
            }
            if (base.labels() == 1) {
                offsets[i + 1] = pair;
            }
        }
        return new ScoredLists(scores, labels, offsets);
    }

    private int requireLabel(float label) {
        if (label != Math.rint(label) || label < 0 || label >= base.labels()) {
            throw new IllegalArgumentException(
                    "The label " + label + " is not one of the model's, 0 to " + (base.labels() - 1));
        }
        return (int) label;
    }
}
