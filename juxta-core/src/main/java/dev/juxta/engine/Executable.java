package dev.juxta.engine;

/** A compiled program. Any number of threads may run it at once;. */
public interface Executable extends AutoCloseable {

    /** The precision that {@link Precision#AUTO} came to. */
    Precision precision();

    /**
     * Runs the program on a batch.
     *
     * @return the rows of the program's result, [rows × width], row by row; a new array that the caller may keep
     * @throws IllegalStateException after {@link #close}
     */
    float[] run(PackedBatch batch);

    /** Frees what the engine holds outside the Java heap, once the runs under way have ended. */
    @Override
    void close();
}
