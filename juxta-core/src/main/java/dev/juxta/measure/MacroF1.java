package dev.juxta.measure;

/** The mean of the F1 of every class that was predicted or expected (scikit-learn's {@code f1_score}, "macro"). */
public record MacroF1() implements ClassMeasure {

    @Override
    public double of(double[][] probabilities, int[] expected) {
        ClassCounts counts = ClassCounts.of(probabilities, expected);
        return counts.seen().mapToDouble(counts::f1).average().orElse(0);
    }

    @Override
    public String toString() {
        return "MacroF1";
    }
}
