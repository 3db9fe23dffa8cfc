package dev.juxta.search;

import org.apache.lucene.index.VectorSimilarityFunction;

/** How vectors are compared; larger is nearer. */
public enum VectorSimilarity {
    /** of vectors of unit length */
    COSINE(VectorSimilarityFunction.DOT_PRODUCT),
    DOT(VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT),
    /** less the distance, the larger */
    EUCLIDEAN(VectorSimilarityFunction.EUCLIDEAN);

    private final VectorSimilarityFunction lucene;

    VectorSimilarity(VectorSimilarityFunction lucene) {
        this.lucene = lucene;
    }

    VectorSimilarityFunction lucene() {
        return lucene;
    }

    /** The similarity that a score of Lucene's, which is never negative, stands for. */
    double ofScore(float score) {
        return switch (this) {
            case COSINE -> 2.0 * score - 1;
            case DOT -> score < 1 ? 1 - 1.0 / score : score - 1.0;
            case EUCLIDEAN -> -Math.sqrt(Math.max(0, 1.0 / score - 1));
        };
    }
}
