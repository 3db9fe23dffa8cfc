package dev.juxta.train;

import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.PackedBatch.Sequence;
import dev.juxta.engine.Precision;
import dev.juxta.measure.JudgedRanking;
import dev.juxta.measure.Ndcg;
import dev.juxta.ops.Value;
import dev.juxta.torch.TrainableProgram;
import dev.juxta.train.loss.InfoNce;
import dev.juxta.train.loss.Loss;
import dev.juxta.train.loss.LossValue;
import dev.juxta.train.loss.ScoredLists;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Scores examples with a network, and collects the gradients of what the loss makes of the scores. */
final class BatchLearner {

    private static final Ndcg NDCG = Ndcg.at(10);

    private final BaseModel base;
    private final TrainableProgram program;
    private final Loss loss;
    private final TrainingOptions options;
    private final Scoring scoring;

    BatchLearner(BaseModel base, TrainableProgram program, Loss loss, TrainingOptions options) {
        this.base = base;
        this.program = program;
        this.loss = loss;
        this.options = options;
        this.scoring = base.scoring(options.maxLength());
    }

    /**
     * Collects the gradients of a batch. One that is too large to be computed at once is scored without a way back
     * first, for the loss needs all scores, and then once more in parts (Gao et al. 2021, arXiv:2101.06983).
     *
     * @return the loss
     */
    double learn(List<Example> batch) {
        List<Example> examples =
                base.kind().embeds() && loss instanceof InfoNce ? InBatchNegatives.added(batch) : batch;
        Scoring.Batch read = scoring.read(examples);
        List<Sequence> sequences = read.sequences();
        List<List<Integer>> parts = parts(sequences);
        float[][] outputs = new float[sequences.size()][];
        if (parts.size() == 1) {
            spread(program.forward(packed(sequences, parts.get(0))), sequences, parts.get(0), outputs);
        } else {
            evaluate(sequences, parts, outputs);
        }
        LossValue value = loss.of(lists(examples, read.scores(List.of(outputs))));
        if (!Double.isFinite(value.value())) {
            throw new ArithmeticException("The loss of step " + (program.steps() + 1) + " is " + value.value()
                    + "; try a learning rate below " + options.learningRate()
                    + (options.precision() == Precision.FP32 ? "" : ", or precision fp32"));
        }
        List<float[]> slopes = read.slopes(List.of(outputs), value.gradient());
        for (List<Integer> part : parts) {
            if (parts.size() > 1) {
                program.forward(packed(sequences, part));
            }
            program.backward(gathered(slopes, part));
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
            float[] scores = scores(scoring.read(batch));
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

    private float[] scores(Scoring.Batch read) {
        List<Sequence> sequences = read.sequences();
        float[][] outputs = new float[sequences.size()][];
        evaluate(sequences, parts(sequences), outputs);
        return read.scores(List.of(outputs));
    }

    private void evaluate(List<Sequence> sequences, List<List<Integer>> parts, float[][] outputs) {
        for (List<Integer> part : parts) {
            spread(program.evaluate(packed(sequences, part)), sequences, part, outputs);
        }
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

    /** Takes the rows of a part apart, sequence by sequence. */
    private void spread(float[] rows, List<Sequence> sequences, List<Integer> part, float[][] outputs) {
        Value result = base.program().result();
        int from = 0;
        for (int i : part) {
            int count =
                    result.rows().equals(Value.Rows.TOKENS) ? sequences.get(i).ids().length : 1;
            int to = from + count * result.width();
            outputs[i] = Arrays.copyOfRange(rows, from, to);
            from = to;
        }
    }

    private static float[] gathered(List<float[]> slopes, List<Integer> part) {
        float[] rows =
                new float[part.stream().mapToInt(i -> slopes.get(i).length).sum()];
        int from = 0;
        for (int i : part) {
            float[] own = slopes.get(i);
            System.arraycopy(own, 0, rows, from, own.length);
            from += own.length;
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
