package dev.juxta.train;

import dev.juxta.engine.Precision;

/**
 * How to train.
 *
 * @param steps moves of the weights, at the most
 * @param seconds time after which it ends even so, earlier runs included; infinity for none. The rate then falls by the
 *     clock, and a repetition gives another model
 * @param batch examples per step
 * @param batchTokens tokens computed at a time; a step with more takes them in parts, to the same result
 * @param maxLength tokens per pair
 * @param learningRate the highest
 * @param headFactor times that for weights that the base did not have
 * @param schedule how the rate falls
 * @param warmup the part of all steps in which it rises
 * @param weightDecay of matrices
 * @param clipNorm the length that gradients are cut to
 * @param freezeEmbeddings leaves the tables of words, segments and positions as they are
 * @param frozenLayers how many of the lowest layers stay as they are
 * @param baseShare how much of the base's weights stays in the result, which is the mean of both so weighted (Wortsman et al.
 *     2021, arXiv:2109.01903); 0 for none
 * @param precision fp32 or bf16
 * @param threads for the whole process
 * @param seed of the order of examples; {@link BaseModel#open} has that of fresh weights. The same seeds, data, threads and
 *     machine give the same model, where no time is set
 * @param checkpointSeconds time between resumable checkpoints
 * @param checkpointSteps steps between them, if that is less
 */
public record TrainingOptions(
        long steps,
        double seconds,
        int batch,
        int batchTokens,
        int maxLength,
        double learningRate,
        double headFactor,
        Schedule schedule,
        double warmup,
        double weightDecay,
        double clipNorm,
        boolean freezeEmbeddings,
        int frozenLayers,
        double baseShare,
        Precision precision,
        int threads,
        long seed,
        double checkpointSeconds,
        long checkpointSteps) {

    public TrainingOptions {
        if (steps < 1 || batch < 1 || batchTokens < 1 || maxLength < 1 || threads < 1) {
            throw new IllegalArgumentException(
                    "steps, batch, batch tokens, maximum length and threads must be at least 1: " + steps + ", " + batch
                            + ", " + batchTokens + ", " + maxLength + ", " + threads);
        }
        if (!(seconds > 0) || frozenLayers < 0 || checkpointSteps < 1 || !(checkpointSeconds >= 0)) {
            throw new IllegalArgumentException(
                    "Seconds and steps between checkpoints must be above 0, and frozen layers"
                            + " and seconds between checkpoints not below: " + seconds + ", " + checkpointSteps + ", "
                            + frozenLayers + ", " + checkpointSeconds);
        }
        if (!(baseShare >= 0 && baseShare < 1)) {
            throw new IllegalArgumentException(
                    "The base's share must be at least 0 and less than 1, or nothing is learned: " + baseShare);
        }
        if (!(learningRate > 0) || !(warmup >= 0 && warmup <= 1) || !(clipNorm > 0)) {
            throw new IllegalArgumentException(
                    "The learning rate and the clip norm must be above 0, and warm-up from 0 to 1: " + learningRate
                            + ", " + clipNorm + ", " + warmup);
        }
    }

    /**
     * Sixteen examples a step, 3e-5 falling linearly after a tenth of all steps; how many steps or seconds there are must
     * be said.
     */
    public static Builder builder() {
        return new Builder();
    }

    /** These options, to be changed. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.steps = steps;
        builder.seconds = seconds;
        builder.batch = batch;
        builder.batchTokens = batchTokens;
        builder.maxLength = maxLength;
        builder.learningRate = learningRate;
        builder.headFactor = headFactor;
        builder.schedule = schedule;
        builder.warmup = warmup;
        builder.weightDecay = weightDecay;
        builder.clipNorm = clipNorm;
        builder.freezeEmbeddings = freezeEmbeddings;
        builder.frozenLayers = frozenLayers;
        builder.baseShare = baseShare;
        builder.precision = precision;
        builder.threads = threads;
        builder.seed = seed;
        builder.checkpointSeconds = checkpointSeconds;
        builder.checkpointSteps = checkpointSteps;
        return builder;
    }

    /** What must be the same for a run to go on where another was. */
    String fingerprint() {
        return toBuilder()
                .baseShare(0)
                .checkpointSeconds(0)
                .checkpointSteps(1)
                .build()
                .toString();
    }

    /** Options one by one; what is not set is as customary. */
    public static final class Builder {
        private long steps = Long.MAX_VALUE;
        private double seconds = Double.POSITIVE_INFINITY;
        private int batch = 16;
        private int batchTokens = 8192;
        private int maxLength = 256;
        private double learningRate = 3e-5;
        private double headFactor = 5;
        private Schedule schedule = Schedule.LINEAR;
        private double warmup = 0.1;
        private double weightDecay = 0.01;
        private double clipNorm = 1;
        private boolean freezeEmbeddings;
        private int frozenLayers;
        private double baseShare;
        private Precision precision = Precision.FP32;
        private int threads = Runtime.getRuntime().availableProcessors();
        private long seed = 1;
        private double checkpointSeconds = 300;
        private long checkpointSteps = Long.MAX_VALUE;

        private Builder() {}

        /** Moves of the weights, at the most. */
        public Builder steps(long value) {
            this.steps = value;
            return this;
        }

        /** Time after which it ends even so. */
        public Builder seconds(double value) {
            this.seconds = value;
            return this;
        }

        /** Examples per step. */
        public Builder batch(int value) {
            this.batch = value;
            return this;
        }

        /** Tokens computed at a time. */
        public Builder batchTokens(int value) {
            this.batchTokens = value;
            return this;
        }

        /** Tokens per pair. */
        public Builder maxLength(int value) {
            this.maxLength = value;
            return this;
        }

        /** The highest rate. */
        public Builder learningRate(double value) {
            this.learningRate = value;
            return this;
        }

        /** Times that for fresh weights. */
        public Builder headFactor(double value) {
            this.headFactor = value;
            return this;
        }

        /** How the rate falls. */
        public Builder schedule(Schedule value) {
            this.schedule = value;
            return this;
        }

        /** The part of all steps in which it rises. */
        public Builder warmup(double value) {
            this.warmup = value;
            return this;
        }

        /** Of matrices. */
        public Builder weightDecay(double value) {
            this.weightDecay = value;
            return this;
        }

        /** The length that gradients are cut to. */
        public Builder clipNorm(double value) {
            this.clipNorm = value;
            return this;
        }

        /** Whether tables of embeddings stay as they are. */
        public Builder freezeEmbeddings(boolean value) {
            this.freezeEmbeddings = value;
            return this;
        }

        /** How many of the lowest layers stay as they are. */
        public Builder frozenLayers(int value) {
            this.frozenLayers = value;
            return this;
        }

        /** How much of the base's weights stays in the result. */
        public Builder baseShare(double value) {
            this.baseShare = value;
            return this;
        }

        /** fp32 or bf16. */
        public Builder precision(Precision value) {
            this.precision = value;
            return this;
        }

        /** For the whole process. */
        public Builder threads(int value) {
            this.threads = value;
            return this;
        }

        /** Of the order of examples. */
        public Builder seed(long value) {
            this.seed = value;
            return this;
        }

        /** Time between checkpoints. */
        public Builder checkpointSeconds(double value) {
            this.checkpointSeconds = value;
            return this;
        }

        /** Steps between checkpoints, if that is less. */
        public Builder checkpointSteps(long value) {
            this.checkpointSteps = value;
            return this;
        }

        /**
         * The options.
         *
         * @throws IllegalArgumentException if one is out of its range; the message says which
         */
        public TrainingOptions build() {
            return new TrainingOptions(
                    steps,
                    seconds,
                    batch,
                    batchTokens,
                    maxLength,
                    learningRate,
                    headFactor,
                    schedule,
                    warmup,
                    weightDecay,
                    clipNorm,
                    freezeEmbeddings,
                    frozenLayers,
                    baseShare,
                    precision,
                    threads,
                    seed,
                    checkpointSeconds,
                    checkpointSteps);
        }
    }
}
