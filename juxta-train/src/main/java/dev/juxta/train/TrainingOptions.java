package dev.juxta.train;

import dev.juxta.engine.Precision;

/**
 * How to train.
 *
 * @param steps moves of the weights
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
 * @param precision fp32 or bf16
 * @param threads for the whole process
 * @param seed of the order of examples and of fresh weights; the same seed, data and machine give the same model
 * @param checkpointSeconds time between resumable checkpoints
 */
public record TrainingOptions(
        long steps,
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
        Precision precision,
        int threads,
        long seed,
        double checkpointSeconds) {

    public TrainingOptions {
        if (steps < 1 || batch < 1 || batchTokens < 1 || maxLength < 1 || threads < 1) {
            throw new IllegalArgumentException(
                    "steps, batch, batch tokens, maximum length and threads must be at least 1: " + steps + ", " + batch
                            + ", " + batchTokens + ", " + maxLength + ", " + threads);
        }
        if (!(learningRate > 0) || !(warmup >= 0 && warmup <= 1) || !(clipNorm > 0)) {
            throw new IllegalArgumentException(
                    "The learning rate and the clip norm must be above 0, and warm-up from 0 to 1: " + learningRate
                            + ", " + clipNorm + ", " + warmup);
        }
    }

    /** Sixteen examples a step, 3e-5 falling linearly after a tenth of all steps. */
    public static TrainingOptions defaults(long steps) {
        return new TrainingOptions(
                steps,
                16,
                8192,
                256,
                3e-5,
                5,
                Schedule.LINEAR,
                0.1,
                0.01,
                1,
                false,
                Precision.FP32,
                Runtime.getRuntime().availableProcessors(),
                1,
                300);
    }

    /** With another time between checkpoints. */
    public TrainingOptions withCheckpointSeconds(double seconds) {
        return new TrainingOptions(
                steps,
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
                precision,
                threads,
                seed,
                seconds);
    }

    /** What must be the same for a run to go on where another was. */
    String fingerprint() {
        return withCheckpointSeconds(0).toString();
    }
}
