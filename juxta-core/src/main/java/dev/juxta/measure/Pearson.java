package dev.juxta.measure;

import java.util.Arrays;

/** The linear correlation of predicted and expected similarities (SciPy's {@code pearsonr}). */
public record Pearson() implements SimilarityMeasure {

    @Override
    public double of(double[] predicted, double[] expected) {
        Samples.requireSame(predicted.length, expected.length);
        double meanX = Arrays.stream(predicted).average().orElse(0);
        double meanY = Arrays.stream(expected).average().orElse(0);
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < predicted.length; i++) {
            double x = predicted[i] - meanX;
            double y = expected[i] - meanY;
            xy += x * y;
            xx += x * x;
            yy += y * y;
        }
        return xx == 0 || yy == 0 ? 0 : Math.max(-1, Math.min(1, xy / (Math.sqrt(xx) * Math.sqrt(yy))));
    }

    @Override
    public String toString() {
        return "Pearson";
    }
}
