package dev.juxta.server.queue;

import java.util.List;

/**
 * What one caller wants done.
 *
 * @param <P> its pieces
 * @param <R> what becomes of each
 */
public interface Work<P extends Piece, R> {

    /** The number of pieces. */
    int size();

    /** What it costs, guessed before it is read. */
    long estimatedTokens();

    /**
     * Reads pieces. It is called by one thread at a time, for one piece after the other.
     *
     * @param from the first
     * @param to the one after the last
     * @throws dev.juxta.UnreadableTextException if one cannot be read, which ends the work
     */
    List<P> read(int from, int to);

    /** What computes the pieces; those of works with equal ones are computed together. */
    Computation<P, R> computation();
}
