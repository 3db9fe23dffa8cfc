package dev.juxta.engine;

import java.util.List;
import java.util.function.Supplier;

/**
 * How a program is run.
 *
 * @param threads threads that one run may use, at least 1
 * @param precision the number format of the products
 * @param samples batches of typical pairs, made when asked for, on which an engine may choose scales and compare
 *     precisions; an empty list if there are none
 */
public record EngineOptions(int threads, Precision precision, Supplier<List<PackedBatch>> samples) {

    public EngineOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, not " + threads);
        }
    }

    /** Without samples. */
    public EngineOptions(int threads, Precision precision) {
        this(threads, precision, List::of);
    }

    /** All cores, and the precision that the engine finds best. */
    public static EngineOptions defaults() {
        return new EngineOptions(Runtime.getRuntime().availableProcessors(), Precision.AUTO);
    }
}
