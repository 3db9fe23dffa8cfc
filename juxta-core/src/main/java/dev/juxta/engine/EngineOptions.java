package dev.juxta.engine;

/**
 * How a program is run.
 *
 * @param threads threads that one run may use, at least 1
 * @param precision the number format of the products
 */
public record EngineOptions(int threads, Precision precision) {

    public EngineOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, not " + threads);
        }
    }

    /** All cores, and the precision that the engine finds best. */
    public static EngineOptions defaults() {
        return new EngineOptions(Runtime.getRuntime().availableProcessors(), Precision.AUTO);
    }
}
