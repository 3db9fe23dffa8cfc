package dev.juxta.search;

/** A model whose vectors an index keeps. Thread-safe. */
public interface IndexedModel extends AutoCloseable {

    /** How a user names it. */
    String name();

    /** The same for the same weights only, wherever they lie: an index is bound to it. */
    String fingerprint();

    /** The width of its vectors. */
    int dimensions();

    @Override
    void close();
}
