package dev.juxta.cli.train;

import dev.juxta.cli.OptionValues;
import dev.juxta.cli.UsageException;
import dev.juxta.engine.Precision;
import dev.juxta.train.Schedule;
import dev.juxta.train.TrainingOptions;
import dev.juxta.train.loss.Loss;
import dev.juxta.train.loss.Losses;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How to train, and for how long. */
final class TrainingSettings {

    private static final TrainingOptions CUSTOMARY = TrainingOptions.builder().build();

    @Option(
            names = "--steps",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description =
                    "Moves of the weights. Of --steps, --epochs and --minutes at least one is needed; the first to"
                            + " be reached ends the training.")
    private Optional<Integer> steps = Optional.empty();

    @Option(
            names = "--epochs",
            paramLabel = "X",
            converter = OptionValues.Positive.class,
            description = "Times that all data are seen.")
    private Optional<Double> epochs = Optional.empty();

    @Option(
            names = "--minutes",
            paramLabel = "X",
            converter = OptionValues.Positive.class,
            description = "Time; such a run is not repeated to the same weights.")
    private Optional<Double> minutes = Optional.empty();

    @Option(
            names = "--batch",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "Queries per step, with all their documents; default: 16.")
    private int batch = CUSTOMARY.batch();

    @Option(
            names = "--batch-tokens",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "Tokens computed together; a step with more is accumulated in parts, to the same result."
                    + " Default: 8192.")
    private int batchTokens = CUSTOMARY.batchTokens();

    @Option(
            names = "--max-length",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "Tokens per pair, or per text of a model that embeds; default: 256.")
    private int maxLength = CUSTOMARY.maxLength();

    @Option(
            names = "--lr",
            paramLabel = "X",
            converter = OptionValues.Positive.class,
            description = "The highest learning rate; default: 3e-5.")
    private double learningRate = CUSTOMARY.learningRate();

    @Option(
            names = "--head-lr-factor",
            paramLabel = "X",
            converter = OptionValues.Positive.class,
            description = "Times that for weights which the base does not have; default: 5.")
    private double headFactor = CUSTOMARY.headFactor();

    @Option(
            names = "--schedule",
            paramLabel = "NAME",
            converter = RateSchedule.class,
            description = "How the rate falls: constant, linear (default) or cosine.")
    private Schedule schedule = CUSTOMARY.schedule();

    @Option(
            names = "--warmup",
            paramLabel = "X",
            converter = OptionValues.Part.class,
            description = "The part of all steps in which the rate rises; default: 0.1.")
    private double warmup = CUSTOMARY.warmup();

    @Option(
            names = "--weight-decay",
            paramLabel = "X",
            converter = OptionValues.Part.class,
            description = "Of matrices; default: 0.01.")
    private double weightDecay = CUSTOMARY.weightDecay();

    @Option(
            names = "--clip",
            paramLabel = "X",
            converter = OptionValues.Positive.class,
            description = "The length that gradients are cut to; default: 1.")
    private double clip = CUSTOMARY.clipNorm();

    @Option(names = "--freeze-embeddings", description = "Leave the tables of embeddings as they are.")
    private boolean freezeEmbeddings;

    @Option(
            names = "--freeze-layers",
            paramLabel = "N",
            converter = OptionValues.Whole.class,
            description = "Leave the N lowest layers as they are; with the embeddings too it saves time.")
    private int freezeLayers;

    @Option(
            names = "--base-share",
            paramLabel = "X",
            converter = OptionValues.Part.class,
            description = "How much of the base's weights stays in the result, the mean of both, below 1; default: 0.")
    private double baseShare = CUSTOMARY.baseShare();

    @Option(
            names = "--precision",
            paramLabel = "P",
            converter = TrainingPrecision.class,
            description = "fp32 (default), or bf16: products in bf16, weights in fp32.")
    private Precision precision = CUSTOMARY.precision();

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "Default: all cores.")
    private int threads = CUSTOMARY.threads();

    @Option(names = "--seed", paramLabel = "N", description = "The same seed repeats a run; default: 1.")
    private long seed = CUSTOMARY.seed();

    @Option(
            names = "--checkpoint-every",
            paramLabel = "T",
            converter = CheckpointInterval.class,
            description = "Time or steps between resumable checkpoints, as 5m (default), 30s or 200.")
    private Interval checkpoints = new Interval(CUSTOMARY.checkpointSeconds(), CUSTOMARY.checkpointSteps());

    /** @param steps of them, or so many seconds, whichever comes first */
    private record Interval(double seconds, long steps) {}

    int maxLength() {
        return maxLength;
    }

    long seed() {
        return seed;
    }

    /**
     * Checks what can be checked before anything is read.
     *
     * @throws UsageException if nothing says how long to train
     */
    void check() {
        if (steps.isEmpty() && epochs.isEmpty() && minutes.isEmpty()) {
            throw new UsageException("nothing says how long to train; give --steps, --epochs or --minutes");
        }
        if (baseShare == 1) {
            throw new UsageException("--base-share 1 leaves nothing of what was learned; give less, such as 0.5");
        }
    }

    /**
     * As the trainer takes it.
     *
     * @param examples how many there are
     */
    TrainingOptions options(int examples) {
        double bySteps = steps.map(Integer::doubleValue).orElse(Double.POSITIVE_INFINITY);
        double byEpochs = epochs.map(times -> Math.ceil(times * Math.ceil((double) examples / batch)))
                .orElse(Double.POSITIVE_INFINITY);
        return TrainingOptions.builder()
                .steps((long) Math.min(bySteps, byEpochs))
                .seconds(minutes.map(count -> 60 * count).orElse(Double.POSITIVE_INFINITY))
                .batch(batch)
                .batchTokens(batchTokens)
                .maxLength(maxLength)
                .learningRate(learningRate)
                .headFactor(headFactor)
                .schedule(schedule)
                .warmup(warmup)
                .weightDecay(weightDecay)
                .clipNorm(clip)
                .freezeEmbeddings(freezeEmbeddings)
                .frozenLayers(freezeLayers)
                .baseShare(baseShare)
                .precision(precision)
                .threads(threads)
                .seed(seed)
                .checkpointSeconds(checkpoints.seconds())
                .checkpointSteps(checkpoints.steps())
                .build();
    }

    /** A loss by its name. */
    static final class LossName implements ITypeConverter<Loss> {
        @Override
        public Loss convert(String value) {
            try {
                return Losses.named(value);
            } catch (IllegalArgumentException e) {
                throw OptionValues.wrong(value, "one of " + Losses.names());
            }
        }
    }

    private static final class RateSchedule implements ITypeConverter<Schedule> {
        @Override
        public Schedule convert(String value) {
            try {
                return Schedule.parse(value);
            } catch (IllegalArgumentException e) {
                throw OptionValues.wrong(value, "one of constant, linear, cosine");
            }
        }
    }

    private static final class TrainingPrecision implements ITypeConverter<Precision> {
        @Override
        public Precision convert(String value) {
            return switch (value) {
                case "fp32" -> Precision.FP32;
                case "bf16" -> Precision.BF16;
                default -> throw OptionValues.wrong(value, "fp32 or bf16");
            };
        }
    }

    private static final class CheckpointInterval implements ITypeConverter<Interval> {
        @Override
        public Interval convert(String value) {
            if (value.matches("[1-9][0-9]{0,8}")) {
                return new Interval(Double.POSITIVE_INFINITY, Long.parseLong(value));
            }
            try {
                Duration time = new OptionValues.Time().convert(value);
                return new Interval(time.toNanos() / 1e9, Long.MAX_VALUE);
            } catch (TypeConversionException e) {
                throw OptionValues.wrong(value, "a time such as 5m or 30s, nor a number of steps such as 200");
            }
        }
    }
}
