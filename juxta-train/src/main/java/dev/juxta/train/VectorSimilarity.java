package dev.juxta.train;

import dev.juxta.model.Similarity;
import java.util.ArrayList;
import java.util.List;

/**
 * The dot product q·d of two texts' vectors, or their cosine q·d / (|q||d|).
 *
 * @param cosine whether lengths are divided out
 * @param dimensions how many of a vector's first numbers are compared
 */
record VectorSimilarity(boolean cosine, int dimensions) implements TextSimilarity {

    private static final double SMALLEST_LENGTH = 1e-12;

    /**
     * The one of a bi-encoder.
     *
     * @throws IllegalArgumentException if it compares by distances
     */
    static VectorSimilarity of(Similarity similarity, int dimensions) {
        return switch (similarity) {
            case COSINE -> new VectorSimilarity(true, dimensions);
            case DOT -> new VectorSimilarity(false, dimensions);
            case EUCLIDEAN, MANHATTAN ->
                throw new IllegalArgumentException(
                        "compares vectors by " + similarity + " distance; only cosine and dot can be trained");
        };
    }

    @Override
    public float[] of(float[] query, List<float[]> documents) {
        float[] similarities = new float[documents.size()];
        double queryLength = length(query);
        for (int i = 0; i < similarities.length; i++) {
            float[] document = documents.get(i);
            similarities[i] = (float) (dot(query, document) / (queryLength * length(document)));
        }
        return similarities;
    }

    /** d cos/dq = (d/|d| − cos·q/|q|) / |q|, and the same for d; of the dot product d and q. */
    @Override
    public List<float[]> slopes(float[] query, List<float[]> documents, float[] slopes) {
        double queryLength = length(query);
        double[] ofQuery = new double[query.length];
        List<float[]> ofDocuments = new ArrayList<>();
        for (int i = 0; i < slopes.length; i++) {
            float[] document = documents.get(i);
            double length = length(document);
            double cos = cosine ? dot(query, document) / (queryLength * length) : 0;
            float[] ofDocument = new float[document.length];
            for (int x = 0; x < dimensions; x++) {
                double q = query[x] / queryLength;
                double d = document[x] / length;
                ofQuery[x] += slopes[i] * (d - cos * q) / queryLength;
                ofDocument[x] = (float) (slopes[i] * (q - cos * d) / length);
            }
            ofDocuments.add(ofDocument);
        }
        ofDocuments.add(0, floats(ofQuery));
        return ofDocuments;
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private double length(float[] vector) {
        return cosine ? Math.max(SMALLEST_LENGTH, Math.sqrt(dot(vector, vector))) : 1;
    }

    private double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < dimensions; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
