package dev.juxta.measure;

import java.util.stream.IntStream;

/** The share of pairs whose class was found (scikit-learn's {@code accuracy_score}). */
public record Accuracy() implements ClassMeasure {

    @Override
    public double of(double[][] probabilities, int[] expected) {
        ClassCounts counts = ClassCounts.of(probabilities, expected);
        return (double) IntStream.of(counts.right()).sum() / counts.pairs();
    }

    @Override
    public String toString() {
        return "Accuracy";
    }
}
