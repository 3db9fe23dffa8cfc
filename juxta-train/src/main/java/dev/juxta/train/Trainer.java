package dev.juxta.train;

import dev.juxta.checkpoint.Weight;
import dev.juxta.data.InputException;
import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.PackedBatch.Sequence;
import dev.juxta.ops.Operation;
import dev.juxta.ops.Program;
import dev.juxta.text.PairTokenizer;
import dev.juxta.torch.AdamWOptions;
import dev.juxta.torch.TrainableProgram;
import dev.juxta.train.TrainingCheckpoint.State;
import dev.juxta.train.loss.CrossEntropy;
import dev.juxta.train.loss.Loss;
import dev.juxta.train.loss.LossValue;
import dev.juxta.train.loss.ScoredLists;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Trains a cross-encoder: batches of examples, scores by the network, slopes by the loss, steps by AdamW. A training goes
 * on where it was left, to the same weights as if it had never stopped.
 */
public final class Trainer {

    private static final String CHECKPOINTS = "checkpoint";

    /** The share of the last step in the mean loss that is reported. */
    private static final double RECENT = 0.02;

    /** How all families number the weights of their layers. */
    private static final Pattern LAYER = Pattern.compile("(?:^|\\.)layers?\\.([0-9]{1,4})\\.");

    private final BaseModel base;
    private final Loss loss;
    private final TrainingOptions options;
    private volatile boolean stopped;

    /**
     * @param base is not closed by the trainer
     */
    public Trainer(BaseModel base, Loss loss, TrainingOptions options) {
        this.base = base;
        this.loss = loss;
        this.options = options;
        if (base.labels() > 1 && !(loss instanceof CrossEntropy)) {
            throw new IllegalArgumentException("The model has " + base.labels()
                    + " labels, which are learned by the loss ce" + " and not by " + loss.name());
        }
        if (base.labels() == 1 && loss instanceof CrossEntropy) {
            throw new IllegalArgumentException("The loss ce chooses between labels, and the model has one; use bce");
        }
    }

    /**
     * How far a training is.
     *
     * @param step steps done
     * @param part of the training that is done, by steps or by time, 0 to 1
     * @param loss mean over the last steps
     * @param rate the learning rate of the last step
     * @param pairs pairs learned from, earlier runs included
     * @param seconds that it took, earlier runs included
     */
    public record Progress(long step, double part, double loss, double rate, long pairs, double seconds) {

        /** Whether the training is at its end. */
        public boolean finished() {
            return part >= 1;
        }
    }

    /**
     * Ends the training after the step under way, with a checkpoint from which it can go on; for another thread, or the
     * listener.
     */
    public void stop() {
        stopped = true;
    }

    /**
     * Trains, and writes the model to {@code out}, beside the resumable checkpoint. A training that is stopped leaves the
     * checkpoint alone.
     *
     * @param resume goes on where a training in {@code out} was left, if there is one
     * @param listener is told after every step
     * @return how far it came
     * @throws InputException if {@code out} has something that would be overwritten, or was made by other options or data
     */
    public Progress train(List<Example> examples, Path out, boolean resume, Consumer<Progress> listener)
            throws IOException {
        TrainingCheckpoint checkpoint = new TrainingCheckpoint(out.resolve(CHECKPOINTS));
        Optional<State> state = checkpoint.latest();
        if (!resume && (state.isPresent() || Files.exists(out.resolve("config.json")))) {
            throw new InputException("\"" + out + "\" has a model or a training in it already; resume that one,"
                    + " or name another folder");
        }
        String fingerprint = loss + ", " + options.fingerprint() + ", " + examples.size() + " examples "
                + Integer.toHexString(fingerprint(examples));
        try (TrainableProgram program = program()) {
            if (state.isPresent()) {
                checkpoint.restore(state.get(), fingerprint, program);
            }
            Run run = new Run(program, examples, checkpoint, fingerprint, state);
            Progress end = run.toTheEnd(listener);
            if (end.finished()) {
                ModelFolder.write(out, base, loss, program.weights(), end);
            }
            return end;
        }
    }

    private TrainableProgram program() {
        Set<Weight> tables = tables(base.program());
        return new TrainableProgram(
                base.program(),
                options.precision(),
                options.threads(),
                weight -> !(options.freezeEmbeddings() && tables.contains(weight))
                        && layer(weight) >= options.frozenLayers());
    }

    /** The layer that a weight belongs to, by its name; beyond all of them if it belongs to none. */
    private static int layer(Weight weight) {
        Matcher layer = LAYER.matcher(weight.name());
        return layer.find() ? Integer.parseInt(layer.group(1)) : Integer.MAX_VALUE;
    }

    private static Set<Weight> tables(Program program) {
        return program.steps().stream()
                .filter(step -> step.operation() instanceof Operation.Embedding)
                .map(step -> ((Operation.Embedding) step.operation()).table())
                .collect(Collectors.toSet());
    }

    private static int fingerprint(List<Example> examples) {
        int hash = 1;
        for (Example example : examples) {
            hash = 31 * hash + example.query().hashCode();
            hash = 31 * hash + example.documents().hashCode();
            hash = 31 * hash + Arrays.hashCode(example.labels());
        }
        return hash;
    }

    /** One run of a training, from the program's step to the last. */
    private final class Run {

        private final TrainableProgram program;
        private final BatchOrder order;
        private final TrainingCheckpoint checkpoint;
        private final String fingerprint;
        private final long start = System.nanoTime();
        private final double before; // seconds of earlier runs
        private double mean;
        private double rate;
        private long pairs;

        Run(
                TrainableProgram program,
                List<Example> examples,
                TrainingCheckpoint checkpoint,
                String fingerprint,
                Optional<State> state) {
            this.program = program;
            this.order = new BatchOrder(examples, options.batch(), options.seed());
            this.checkpoint = checkpoint;
            this.fingerprint = fingerprint;
            this.before = state.map(State::seconds).orElse(0.0);
            this.mean = state.map(State::loss).orElse(Double.NaN);
            this.pairs = state.map(State::pairs).orElse(0L);
        }

        Progress toTheEnd(Consumer<Progress> listener) throws IOException {
            double saved = seconds();
            long savedStep = program.steps();
            while (part() < 1 && !stopped) {
                double value = step(order.step(program.steps()));
                mean = Double.isNaN(mean) ? value : (1 - RECENT) * mean + RECENT * value;
                listener.accept(progress());
                if (seconds() - saved >= options.checkpointSeconds()
                        || program.steps() - savedStep >= options.checkpointSteps()) {
                    checkpoint.write(program, fingerprint, progress());
                    saved = seconds();
                    savedStep = program.steps();
                }
            }
            if (program.steps() > savedStep) {
                checkpoint.write(program, fingerprint, progress());
            }
            return progress();
        }

        private Progress progress() {
            return new Progress(program.steps(), part(), mean, rate, pairs, seconds());
        }

        private double seconds() {
            return before + (System.nanoTime() - start) / 1e9;
        }

        /** How much of the training is done, by steps or by time. */
        private double part() {
            double bySteps = (double) program.steps() / options.steps();
            return Math.min(1, Math.max(bySteps, seconds() / options.seconds()));
        }

        private double step(List<Example> batch) {
            List<Sequence> sequences = new ArrayList<>();
            for (Example example : batch) {
                PairTokenizer.First query = base.tokenizer().tokenizer().first("", example.query());
                for (String document : example.documents()) {
                    sequences.add(base.sequence(query, document, maxLength()));
                }
            }
            pairs += sequences.size();
            double value = learn(batch, sequences);
            if (!Double.isFinite(value)) {
                throw new ArithmeticException("The loss of step " + (program.steps() + 1) + " is " + value
                        + "; try a lower learning rate, or precision fp32");
            }
            double bySteps = (program.steps() + 1.0) / (options.steps() + 1.0);
            double part = Math.min(1, Math.max(bySteps, seconds() / options.seconds()));
            rate = options.learningRate() * options.schedule().factor(part, options.warmup());
            program.step(new AdamWOptions(
                    rate,
                    options.headFactor(),
                    weight -> base.fresh().contains(weight.name()),
                    0.9,
                    0.999,
                    1e-8,
                    options.weightDecay(),
                    options.clipNorm()));
            return value;
        }

        private int maxLength() {
            return Math.min(options.maxLength(), base.maxLength());
        }

        /**
         * Collects the gradients of a batch. One that is too large to be computed at once is scored without a way back
         * first, for the loss needs all scores, and then once more in parts (Gao et al. 2021, arXiv:2101.06983).
         */
        private double learn(List<Example> batch, List<Sequence> sequences) {
            List<List<Integer>> parts = parts(sequences);
            float[] scores = new float[sequences.size() * base.labels()];
            for (List<Integer> part : parts) {
                PackedBatch packed = packed(sequences, part);
                spread(parts.size() == 1 ? program.forward(packed) : program.evaluate(packed), part, scores);
            }
            LossValue value = loss.of(lists(batch, scores));
            for (List<Integer> part : parts) {
                if (parts.size() > 1) {
                    program.forward(packed(sequences, part));
                }
                program.backward(gathered(value.gradient(), part));
            }
            return value.value();
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
