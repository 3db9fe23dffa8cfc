package dev.juxta.search;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Vectors of words by their hashes, which are alike where texts share words: a model without weights, for tests. */
record HashEmbedder(String name, String fingerprint, int dimensions) implements Embedder {

    static final HashEmbedder SMALL = new HashEmbedder("hashes", "abcdef0123456789", 32);

    @Override
    public VectorSimilarity similarity() {
        return VectorSimilarity.COSINE;
    }

    @Override
    public List<float[]> documents(List<String> texts) {
        return texts.stream().map(this::query).toList();
    }

    @Override
    public float[] query(String text) {
        double[] sum = new double[dimensions];
        for (String word : text.toLowerCase(Locale.ROOT).split("\\W+", -1)) {
            Random random = new Random(word.hashCode());
            Arrays.setAll(sum, i -> sum[i] + random.nextGaussian());
        }
        double length = Math.sqrt(Arrays.stream(sum).map(x -> x * x).sum());
        float[] vector = new float[dimensions];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (sum[i] / length);
        }
        return vector;
    }

    @Override
    public void close() {
        // nothing to free
    }
}
