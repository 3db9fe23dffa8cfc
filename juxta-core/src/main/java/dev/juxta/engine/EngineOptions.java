package dev.juxta.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How a program is run.
 *
 * @param threads threads that one run may use, at least 1
 * @param precision the number format of the products
 * @param samples batches of typical pairs, made when asked for, on which an engine may choose scales and compare
 *     precisions; an empty list if there are none
 * @param workers threads to compute on, which the caller closes after the executable; empty for threads of its own
 * @param folder where the checkpoint lies, and what an engine found out about it may be kept; empty if it is no folder
 * @param vectors whether the results are vectors, of which the directions count, and not scores, of which the order does
 */
public record EngineOptions(
        int threads,
        Precision precision,
        Supplier<List<PackedBatch>> samples,
        Optional<Workers> workers,
        Optional<Path> folder,
        boolean vectors) {

    public EngineOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, not " + threads);
        }
    }

    /** Without samples. */
    public EngineOptions(int threads, Precision precision) {
        this(threads, precision, List::of);
    }

    /** On threads of its own. */
    public EngineOptions(int threads, Precision precision, Supplier<List<PackedBatch>> samples) {
        this(threads, precision, samples, Optional.empty(), Optional.empty(), false);
    }

    /** All cores, and the precision that the engine finds best. */
    public static EngineOptions defaults() {
        return new EngineOptions(Runtime.getRuntime().availableProcessors(), Precision.AUTO);
    }
}
