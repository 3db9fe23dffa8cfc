package dev.juxta.server.queue;

/** The smallest part of some work: a pair, or a text. */
public interface Piece {

    /** The tokens that it costs, at least 1. */
    int tokens();
}
