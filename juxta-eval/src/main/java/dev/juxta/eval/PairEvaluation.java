package dev.juxta.eval;

import dev.juxta.eval.Bootstrap.Interval;
import dev.juxta.measure.BestF1;
import dev.juxta.measure.BestThreshold;
import dev.juxta.measure.BinaryMeasure;
import dev.juxta.measure.CalibrationError;
import dev.juxta.measure.ClassMeasure;
import dev.juxta.measure.SimilarityMeasure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Scores of labelled pairs, measured.
 *
 * @param pairs how many there are
 * @param estimates the measures
 * @param threshold of two classes, where F1 is best
 * @param reliability how sure the model was against how often it was right; empty where scores are no probabilities
 */
public record PairEvaluation(
        int pairs,
        List<Estimate> estimates,
        Optional<BestThreshold> threshold,
        List<CalibrationError.Bin> reliability) {

    public PairEvaluation {
        estimates = List.copyOf(estimates);
        reliability = List.copyOf(reliability);
    }

    /**
     * A measure and how far it would vary.
     *
     * @param measure its name
     * @param value on all pairs
     * @param interval on resamples of them
     */
    public record Estimate(String measure, double value, Interval interval) {}

    /** Similarities: Pearson and Spearman. */
    public static PairEvaluation similarity(double[] predicted, double[] expected, Bootstrap bootstrap) {
        List<Estimate> estimates = new ArrayList<>();
        for (String name : List.of("Spearman", "Pearson")) {
            SimilarityMeasure measure = SimilarityMeasure.parse(name);
            estimates.add(new Estimate(
                    name,
                    measure.of(predicted, expected),
                    bootstrap.of(
                            predicted.length, drawn -> measure.of(pick(predicted, drawn), pick(expected, drawn)))));
        }
        return new PairEvaluation(predicted.length, estimates, Optional.empty(), List.of());
    }

    /** Two classes: accuracy and F1 at their best thresholds, average precision, and of probabilities their calibration. */
    public static PairEvaluation binary(double[] scores, boolean[] positive, Bootstrap bootstrap) {
        boolean probabilities = Arrays.stream(scores).allMatch(score -> score >= 0 && score <= 1);
        List<Estimate> estimates = new ArrayList<>();
        for (String name : probabilities ? List.of("Accuracy", "F1", "AP", "ECE") : List.of("Accuracy", "F1", "AP")) {
            BinaryMeasure measure = BinaryMeasure.parse(name);
            estimates.add(new Estimate(
                    name,
                    measure.of(scores, positive),
                    bootstrap.of(scores.length, drawn -> measure.of(pick(scores, drawn), pick(positive, drawn)))));
        }
        return new PairEvaluation(
                scores.length,
                estimates,
                Optional.of(new BestF1().best(scores, positive)),
                probabilities
                        ? new CalibrationError(CalibrationError.DEFAULT_BINS).reliability(scores, positive)
                        : List.of());
    }

    /**
     * Several classes: accuracy, macro and weighted F1, calibration.
     *
     * @param probabilities [pairs, classes]
     * @param expected the class of each pair
     */
    public static PairEvaluation classes(double[][] probabilities, int[] expected, Bootstrap bootstrap) {
        List<Estimate> estimates = new ArrayList<>();
        for (String name : List.of("Accuracy", "MacroF1", "WeightedF1", "ECE")) {
            ClassMeasure measure = ClassMeasure.parse(name);
            estimates.add(new Estimate(
                    name,
                    measure.of(probabilities, expected),
                    bootstrap.of(
                            expected.length, drawn -> measure.of(pick(probabilities, drawn), pick(expected, drawn)))));
        }
        List<CalibrationError.Bin> reliability = new CalibrationError(CalibrationError.DEFAULT_BINS)
                .reliability(
                        CalibrationError.confidences(probabilities), CalibrationError.right(probabilities, expected));
        return new PairEvaluation(expected.length, estimates, Optional.empty(), reliability);
    }

    private static double[] pick(double[] values, int[] indices) {
        double[] picked = new double[indices.length];
        Arrays.setAll(picked, i -> values[indices[i]]);
        return picked;
    }

    private static int[] pick(int[] values, int[] indices) {
        int[] picked = new int[indices.length];
        Arrays.setAll(picked, i -> values[indices[i]]);
        return picked;
    }

    private static boolean[] pick(boolean[] values, int[] indices) {
        boolean[] picked = new boolean[indices.length];
        for (int i = 0; i < picked.length; i++) {
            picked[i] = values[indices[i]];
        }
        return picked;
    }

    private static double[][] pick(double[][] values, int[] indices) {
        double[][] picked = new double[indices.length][];
        Arrays.setAll(picked, i -> values[indices[i]]);
        return picked;
    }
}
