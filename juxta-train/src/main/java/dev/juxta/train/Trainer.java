package dev.juxta.train;

import dev.juxta.checkpoint.Weight;
import dev.juxta.data.InputException;
import dev.juxta.data.WriteLock;
import dev.juxta.torch.AdamWOptions;
import dev.juxta.torch.TrainableProgram;
import dev.juxta.train.TrainingCheckpoint.State;
import dev.juxta.train.Validation.Standing;
import dev.juxta.train.loss.CrossEntropy;
import dev.juxta.train.loss.Loss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Trains a model: batches of examples, scores by the network, slopes by the loss, steps by AdamW. A training goes
 * on where it was left, to the same weights as if it had never stopped.
 */
public final class Trainer {

    private static final String CHECKPOINTS = "checkpoint";
    private static final String LOCK = "training.lock";

    /** The share of the last step in the mean loss that is reported. */
    private static final double RECENT = 0.02;

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
        base.kind().refusal(loss).ifPresent(why -> {
            throw new IllegalArgumentException(why);
        });
        if (base.labels() > 1 && !(loss instanceof CrossEntropy)) {
            throw new IllegalArgumentException("The model has " + base.labels()
                    + " labels, which are learned by the loss ce" + " and not by " + loss.name());
        }
        if (base.labels() == 1 && loss instanceof CrossEntropy) {
            throw new IllegalArgumentException("The loss ce chooses between labels, and the model has one; use bce");
        }
        requireWholeWeights();
    }

    /** Weights that the forward pass takes apart would be written as parts, under names that no library knows. */
    private void requireWholeWeights() {
        for (Weight weight : base.program().weights()) {
            if (weight.name().contains(" (")) {
                throw new IllegalArgumentException(base.files().location() + " is a "
                        + base.settings().architecture().modelType() + ", which is read with its weight "
                        + weight.name()
                        + " apart, and cannot be written back yet; begin with a model of another family,"
                        + " such as deberta-v2");
            }
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
     * @param standing what evaluations found so far, where there are some
     */
    public record Progress(
            long step, double part, double loss, double rate, long pairs, double seconds, Optional<Standing> standing) {

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

    /** Trains as {@link #train(ExampleSource, Optional, Path, boolean, Consumer)} does, without evaluations. */
    public Progress train(List<Example> examples, Path out, boolean resume, Consumer<Progress> listener)
            throws IOException {
        return train(ExampleSource.of(examples), Optional.empty(), out, resume, listener);
    }

    /**
     * Trains, and writes the model to {@code out}, beside the resumable checkpoint. A training that is stopped leaves the
     * checkpoint alone.
     *
     * @param examples are read as they are needed, and not closed
     * @param validation by what the best model is chosen; the last is written where there is none
     * @param resume goes on where a training in {@code out} was left, if there is one
     * @param listener is told after every step
     * @return how far it came
     * @throws InputException if {@code out} has something that would be overwritten, is being written, or was made from another base or by
     *     other options or data, or if an example cannot be learned from by the loss
     * @throws ArithmeticException if the loss or a gradient is no number any more
     * @throws IllegalStateException if the memory does not suffice; the message says what to change
     */
    @SuppressWarnings("try") // the lock is there to be held
    public Progress train(
            ExampleSource examples,
            Optional<Validation> validation,
            Path out,
            boolean resume,
            Consumer<Progress> listener)
            throws IOException {
        TrainingCheckpoint checkpoint = new TrainingCheckpoint(out.resolve(CHECKPOINTS));
        Optional<State> state = checkpoint.latest();
        if (state.isPresent() ? !resume : Files.exists(out.resolve("config.json"))) {
            throw new InputException("\"" + out
                    + (state.isPresent()
                            ? "\" has a model or a training in it already; resume that one, or name another folder"
                            : "\" has a model in it already; name another folder"));
        }
        ExampleSurvey survey = ExampleSurvey.of(examples, loss);
        String fingerprint = fingerprint(survey, validation);
        Files.createDirectories(out);
        try (WriteLock lock = WriteLock.take(out.resolve(LOCK), out);
                TrainableProgram program = program()) {
            if (state.isPresent()) {
                checkpoint.restore(state.get(), fingerprint, program);
            }
            BatchOrder order = new BatchOrder(examples, survey.characters(), options.batch(), options.seed());
            Run run = new Run(program, order, validation, checkpoint, fingerprint, state);
            Progress end = run.toTheEnd(listener);
            if (end.finished()) {
                List<Weight> weights = end.standing().isPresent()
                        ? checkpoint.best(end.standing().get().bestStep())
                        : program.weights();
                ModelFolder.write(
                        out,
                        base,
                        loss,
                        BaseShare.keep(options.baseShare(), base.program().weights(), weights),
                        end);
            }
            return end;
        }
    }

    private String fingerprint(ExampleSurvey survey, Optional<Validation> validation) throws IOException {
        String all = loss + ", " + options.fingerprint() + ", base " + base.fingerprint() + ", "
                + survey.characters().length + " examples " + Integer.toHexString(survey.fingerprint());
        if (validation.isEmpty()) {
            return all;
        }
        ExampleSurvey heldOut = ExampleSurvey.of(validation.get().examples(), loss);
        return all + ", validated every " + validation.get().every() + " with patience "
                + validation.get().patience() + " by " + heldOut.characters().length + " examples "
                + Integer.toHexString(heldOut.fingerprint());
    }

    private TrainableProgram program() {
        return new TrainableProgram(
                base.program(), options.precision(), options.threads(), new TrainedWeights(base.program(), options));
    }

    /** What gives a loss or a measure, and may need more memory than there is. */
    private interface Work {
        double run() throws IOException;
    }

    /** One run of a training, from the program's step to the last. */
    private final class Run {

        private final TrainableProgram program;
        private final BatchLearner learner;
        private final BatchOrder order;
        private final Optional<Validation> validation;
        private final TrainingCheckpoint checkpoint;
        private final String fingerprint;
        private final long start = System.nanoTime();
        private final double before; // seconds of earlier runs
        private double mean;
        private double rate;
        private long pairs;
        private Optional<Standing> standing;

        Run(
                TrainableProgram program,
                BatchOrder order,
                Optional<Validation> validation,
                TrainingCheckpoint checkpoint,
                String fingerprint,
                Optional<State> state) {
            this.program = program;
            this.learner = new BatchLearner(base, program, loss, options);
            this.order = order;
            this.validation = validation;
            this.checkpoint = checkpoint;
            this.fingerprint = fingerprint;
            this.before = state.map(State::seconds).orElse(0.0);
            this.mean = state.map(State::loss).orElse(Double.NaN);
            this.pairs = state.map(State::pairs).orElse(0L);
            this.standing = state.flatMap(State::standing);
        }

        Progress toTheEnd(Consumer<Progress> listener) throws IOException {
            double saved = seconds();
            long savedStep = program.steps();
            while (part() < 1 && !stopped) {
                double value = step(order.step(program.steps()));
                mean = Double.isNaN(mean) ? value : (1 - RECENT) * mean + RECENT * value;
                evaluate();
                listener.accept(progress());
                if (seconds() - saved >= options.checkpointSeconds()
                        || program.steps() - savedStep >= options.checkpointSteps()) {
                    checkpoint.write(program, fingerprint, progress());
                    saved = seconds();
                    savedStep = program.steps();
                }
            }
            boolean judged = !stopped && judgeTheLast();
            if (judged || program.steps() > savedStep) {
                checkpoint.write(program, fingerprint, progress());
            }
            return progress();
        }

        private Progress progress() {
            return new Progress(program.steps(), part(), mean, rate, pairs, seconds(), standing);
        }

        private double seconds() {
            return before + (System.nanoTime() - start) / 1e9;
        }

        /** How much of the training is done: by steps, by time, or all of it where evaluations bring nothing any more. */
        private double part() {
            if (validation.isPresent()
                    && standing.isPresent()
                    && standing.get().since() >= validation.get().patience()) {
                return 1;
            }
            double bySteps = (double) program.steps() / options.steps();
            return Math.min(1, Math.max(bySteps, seconds() / options.seconds()));
        }

        /** Judges the model where that is due, and keeps it if it is the best so far. */
        private void evaluate() throws IOException {
            if (validation.isEmpty() || (program.steps() % validation.get().every() != 0 && part() < 1)) {
                return;
            }
            judge(validation.get());
        }

        /** The clock may have run out after the last step was looked at. */
        private boolean judgeTheLast() throws IOException {
            long step = program.steps();
            if (validation.isEmpty()
                    || standing.filter(last -> last.step() == step).isPresent()) {
                return false;
            }
            judge(validation.get());
            return true;
        }

        private void judge(Validation held) throws IOException {
            double value = withinMemory(() -> learner.judge(held.examples()));
            long step = program.steps();
            Standing next = standing.map(last -> last.then(step, value)).orElse(Standing.first(step, value));
            if (next.bestStep() == step) {
                checkpoint.keepBest(program);
            }
            standing = Optional.of(next);
        }

        private double step(List<Example> batch) throws IOException {
            pairs += batch.stream()
                    .mapToLong(example -> example.documents().size())
                    .sum();
            double value = withinMemory(() -> learner.learn(batch));
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

        private double withinMemory(Work work) throws IOException {
            try {
                return work.run();
            } catch (OutOfMemoryError | TrainableProgram.NoMemoryException e) {
                throw new IllegalStateException(
                        "the memory does not suffice for step " + (program.steps() + 1)
                                + "; take fewer tokens at a time"
                                + " (--batch-tokens, now " + options.batchTokens()
                                + "), shorter pairs (--max-length, now "
                                + options.maxLength() + "), or freeze the embeddings or the lowest layers",
                        e);
            }
        }
    }
}
