package dev.juxta.train;

import dev.juxta.torch.MaxSim;
import java.util.List;

/**
 * ColBERT's: the sum over the query's tokens of their best match among the document's.
 *
 * @param width of a token's vector
 * @param mean whether it is the mean over the query's tokens, and not their sum
 */
record TokenSimilarity(int width, boolean mean) implements TextSimilarity {

    @Override
    public float[] of(float[] query, List<float[]> documents) {
        return times(MaxSim.of(query, documents, width), factor(query));
    }

    @Override
    public List<float[]> slopes(float[] query, List<float[]> documents, float[] slopes) {
        return MaxSim.slopes(query, documents, width, times(slopes.clone(), factor(query)));
    }

    private float factor(float[] query) {
        return mean ? (float) width / query.length : 1;
    }

    private static float[] times(float[] values, float factor) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
        return values;
    }
}
