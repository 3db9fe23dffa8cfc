package dev.juxta;

import java.io.IOException;
import java.util.List;

/**
 * A query in, hits out: the first stage that picks, from a corpus, the candidates that a {@link Scorer} then reads.
 * BM25, vectors, a hybrid of both, or a whole pipeline. Thread-safe.
 */
public interface Retriever extends AutoCloseable {

    /**
     * Finds documents for a query.
     *
     * @param limit the most hits to return, at least 1
     * @return hits, best first, each document once; equal scores in an order that does not change between calls
     * @throws IllegalArgumentException if {@code limit} is below 1
     * @throws IllegalStateException after {@link #close}
     * @throws IOException if the index cannot be read
     */
    List<Hit> retrieve(String query, int limit) throws IOException;

    /** Frees what the retriever holds. Using it afterwards is an error. */
    @Override
    void close() throws IOException;
}
