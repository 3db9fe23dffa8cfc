package dev.juxta.measure;

import java.util.ArrayList;
import java.util.List;

/**
 * Expected calibration error: the mean distance, over bins of equal width weighted by their pairs, between how sure a
 * model was and how often it was right (Guo et al., "On calibration of modern neural networks", 2017). With two classes
 * it is the probability of the positive one against how often pairs are positive, with several that of the predicted one
 * against how often it is right. Only values from 0 to 1 can be calibrated.
 *
 * @param bins at least 1; bin i holds what is above i/bins, and at most (i+1)/bins (scikit-learn's
 *     {@code calibration_curve})
 */
public record CalibrationError(int bins) implements BinaryMeasure, ClassMeasure {

    /** How many bins there are unless said otherwise. */
    public static final int DEFAULT_BINS = 10;

    public CalibrationError {
        MeasureName.requirePositive(bins);
    }

    /**
     * Pairs about which a model was about as sure.
     *
     * @param pairs how many
     * @param confidence the mean of what the model said
     * @param rate how often it was so
     */
    public record Bin(int pairs, double confidence, double rate) {}

    @Override
    public double of(double[] scores, boolean[] positive) {
        return reliability(scores, positive).stream()
                        .mapToDouble(bin -> bin.pairs() * Math.abs(bin.confidence() - bin.rate()))
                        .sum()
                / scores.length;
    }

    @Override
    public double of(double[][] probabilities, int[] expected) {
        return of(confidences(probabilities), right(probabilities, expected));
    }

    /** The bins that hold pairs, by what the model said: the points of a reliability diagram. */
    public List<Bin> reliability(double[] confidences, boolean[] right) {
        Samples.requireSame(confidences.length, right.length);
        int[] pairs = new int[bins];
        double[] sum = new double[bins];
        int[] hits = new int[bins];
        for (int i = 0; i < confidences.length; i++) {
            int bin = bin(confidences[i]);
            pairs[bin]++;
            sum[bin] += confidences[i];
            hits[bin] += right[i] ? 1 : 0;
        }
        List<Bin> filled = new ArrayList<>();
        for (int bin = 0; bin < bins; bin++) {
            if (pairs[bin] > 0) {
                filled.add(new Bin(pairs[bin], sum[bin] / pairs[bin], (double) hits[bin] / pairs[bin]));
            }
        }
        return filled;
    }

    /** The largest probability of each pair. */
    public static double[] confidences(double[][] probabilities) {
        double[] confidences = new double[probabilities.length];
        for (int i = 0; i < confidences.length; i++) {
            confidences[i] = probabilities[i][ClassCounts.largest(probabilities[i])];
        }
        return confidences;
    }

    /** Whether the class of each pair was found. */
    public static boolean[] right(double[][] probabilities, int[] expected) {
        Samples.requireSame(probabilities.length, expected.length);
        boolean[] right = new boolean[expected.length];
        for (int i = 0; i < right.length; i++) {
            right[i] = ClassCounts.largest(probabilities[i]) == expected[i];
        }
        return right;
    }

    private int bin(double confidence) {
        if (!(confidence >= 0 && confidence <= 1)) {
            throw new IllegalArgumentException(
                    "ECE is of probabilities, in 0 to 1, and this is " + confidence + "; give the model a sigmoid");
        }
        int bin = 0;
        while (bin + 1 < bins && confidence > (bin + 1) * (1.0 / bins)) {
            bin++;
        }
        return bin;
    }

    @Override
    public String toString() {
        return bins == DEFAULT_BINS ? "ECE" : "ECE@" + bins;
    }
}
