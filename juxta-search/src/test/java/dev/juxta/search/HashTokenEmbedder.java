package dev.juxta.search;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** A vector for each word by its hash, moved a little by the word before it: a model without weights, for tests. */
record HashTokenEmbedder(String name, String fingerprint, int dimensions) implements TokenEmbedder {

    static final HashTokenEmbedder SMALL = new HashTokenEmbedder("hashed words", "fedcba9876543210", 32);

    private static final double CONTEXT = 0.3;

    @Override
    public List<float[][]> documents(List<String> texts) {
        return texts.stream().map(this::query).toList();
    }

    @Override
    public float[][] query(String text) {
        String[] words = text.toLowerCase(Locale.ROOT).strip().split("\\W+", -1);
        float[][] vectors = new float[words.length][dimensions];
        for (int i = 0; i < words.length; i++) {
            Random own = new Random(words[i].hashCode());
            Random before = new Random(i == 0 ? 0 : words[i - 1].hashCode());
            double[] sum = new double[dimensions];
            Arrays.setAll(sum, j -> own.nextGaussian() + CONTEXT * before.nextGaussian());
            double length = Math.sqrt(Arrays.stream(sum).map(x -> x * x).sum());
            for (int j = 0; j < dimensions; j++) {
                vectors[i][j] = (float) (sum[j] / length);
            }
        }
        return vectors;
    }

    @Override
    public void close() {
        // nothing to free
    }
}
