package dev.juxta.measure;

import java.util.Arrays;
import java.util.Comparator;

/** The correlation of ranks, where equals share the mean of their ranks (SciPy's {@code spearmanr}). */
public record Spearman() implements SimilarityMeasure {

    @Override
    public double of(double[] predicted, double[] expected) {
        return new Pearson().of(ranks(predicted), ranks(expected));
    }

    private static double[] ranks(double[] values) {
        Integer[] order = new Integer[values.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingDouble(i -> values[i] + 0.0)); // −0 equals 0
        double[] ranks = new double[values.length];
        int from = 0;
        while (from < order.length) {
            int to = from;
            while (to < order.length && values[order[to]] == values[order[from]]) {
                to++;
            }
            for (int i = from; i < to; i++) {
                ranks[order[i]] = (from + to - 1) / 2.0;
            }
            from = to;
        }
        return ranks;
    }

    @Override
    public String toString() {
        return "Spearman";
    }
}
