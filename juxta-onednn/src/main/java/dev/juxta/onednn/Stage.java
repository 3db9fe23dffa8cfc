package dev.juxta.onednn;

/** A part of a plan, carried out by every thread that shares a chunk, each for its own rows. */
interface Stage {

    /** Whether it reads rows that another thread may have written, so that all must have come this far. */
    boolean readsAcrossRows();

    /** What has to be done before the others may begin. */
    default void prepare(Share share) {}

    void run(Share share);
}
