package dev.juxta.search;

import java.util.List;

/** Makes a vector of each text. Thread-safe. */
public interface Embedder extends IndexedModel {

    /** How vectors are compared. */
    VectorSimilarity similarity();

    /** Vectors of passages, in their order, all numbers finite; of unit length if they are compared by their cosine. */
    List<float[]> documents(List<String> texts);

    /** The vector of a question. */
    float[] query(String text);
}
