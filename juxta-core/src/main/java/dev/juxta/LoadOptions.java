package dev.juxta;

import dev.juxta.engine.Precision;
import dev.juxta.model.OutputActivation;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a model is loaded.
 *
 * @param engine the engine by name; empty for the fastest that this machine can load
 * @param precision the number format of the products; fp32, the reference's scores to 1e-4, unless faster is asked for
 * @param threads threads that all calls together use; empty for all cores
 * @param maxLength tokens per pair, at most what the model's positions allow; empty for what the checkpoint says
 * @param activation what turns logits into values; empty for what the checkpoint says
 * @param batchTokens tokens that are computed together; more is faster up to a point and takes more memory
 * @param revision the branch, tag or commit of a hub model
 */
public record LoadOptions(
        Optional<String> engine,
        Precision precision,
        OptionalInt threads,
        OptionalInt maxLength,
        Optional<OutputActivation> activation,
        int batchTokens,
        String revision) {

    /** Fills the caches' worth of work on a few cores, and stays within tens of megabytes for small models. */
    public static final int DEFAULT_BATCH_TOKENS = 4096;

    private static final LoadOptions DEFAULTS = new LoadOptions(
            Optional.empty(),
            Precision.FP32,
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            DEFAULT_BATCH_TOKENS,
            "main");

    public LoadOptions {
        requirePositive("threads", threads);
        requirePositive("maxLength", maxLength);
        requirePositive("batchTokens", OptionalInt.of(batchTokens));
    }

    private static void requirePositive(String name, OptionalInt value) {
        if (value.isPresent() && value.getAsInt() < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, not " + value.getAsInt());
        }
    }

    /** What the checkpoint says, on all cores. */
    public static LoadOptions defaults() {
        return DEFAULTS;
    }

    public LoadOptions withEngine(String name) {
        return new LoadOptions(Optional.of(name), precision, threads, maxLength, activation, batchTokens, revision);
    }

    public LoadOptions withPrecision(Precision format) {
        return new LoadOptions(engine, format, threads, maxLength, activation, batchTokens, revision);
    }

    public LoadOptions withThreads(int count) {
        return new LoadOptions(engine, precision, OptionalInt.of(count), maxLength, activation, batchTokens, revision);
    }

    public LoadOptions withMaxLength(int tokens) {
        return new LoadOptions(engine, precision, threads, OptionalInt.of(tokens), activation, batchTokens, revision);
    }

    public LoadOptions withActivation(OutputActivation function) {
        return new LoadOptions(engine, precision, threads, maxLength, Optional.of(function), batchTokens, revision);
    }

    public LoadOptions withBatchTokens(int tokens) {
        return new LoadOptions(engine, precision, threads, maxLength, activation, tokens, revision);
    }

    public LoadOptions withRevision(String name) {
        return new LoadOptions(engine, precision, threads, maxLength, activation, batchTokens, name);
    }
}
