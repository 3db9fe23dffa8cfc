package dev.juxta.measure;

/** The mean F1 of the classes, weighted by how often each was expected (scikit-learn's {@code f1_score}, "weighted"). */
public record WeightedF1() implements ClassMeasure {

    @Override
    public double of(double[][] probabilities, int[] expected) {
        ClassCounts counts = ClassCounts.of(probabilities, expected);
        return counts.seen()
                        .mapToDouble(i -> counts.f1(i) * counts.expected()[i])
                        .sum()
                / counts.pairs();
    }

    @Override
    public String toString() {
        return "WeightedF1";
    }
}
