package dev.juxta.server.queue;

import java.util.List;

/**
 * Computes pieces together. Any number of threads may use it.
 *
 * @param <P> the pieces
 * @param <R> what becomes of each
 */
public interface Computation<P extends Piece, R> {

    /** Computes pieces; one result for each, in their order. */
    List<R> run(List<P> pieces);
}
