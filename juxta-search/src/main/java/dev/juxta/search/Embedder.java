package dev.juxta.search;

import java.util.List;

/** Makes vectors of texts. Thread-safe. */
public interface Embedder extends AutoCloseable {

    /** How a user names it. */
    String name();

    /** The same for the same weights only, wherever they lie: an index is bound to it. */
    String fingerprint();

    /** The width of its vectors. */
    int dimensions();

    /** How vectors are compared. */
    VectorSimilarity similarity();

    /** Vectors of passages, in their order, all numbers finite; of unit length if they are compared by their cosine. */
    List<float[]> documents(List<String> texts);

    /** The vector of a question. */
    float[] query(String text);

    @Override
    void close();
}
