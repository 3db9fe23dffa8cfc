package dev.juxta.train;

import java.util.List;

/** How alike a query and documents are, by what the network made of each: rows of some width, end to end. */
interface TextSimilarity {

    /** The similarities, [documents]. */
    float[] of(float[] query, List<float[]> documents);

    /**
     * The slopes by all numbers of the query, and by those of each document.
     *
     * @param slopes by the similarities, [documents]
     * @return the query's first, then each document's
     */
    List<float[]> slopes(float[] query, List<float[]> documents, float[] slopes);
}
