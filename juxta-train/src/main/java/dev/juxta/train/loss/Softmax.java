package dev.juxta.train.loss;

/** Sums of exponentials that do not overflow. */
final class Softmax {

    private Softmax() {}

    /** softmax(values[from, to) · factor), [to − from]. */
    static double[] of(float[] values, int from, int to, double factor) {
        double[] probabilities = new double[to - from];
        double log = logSum(values, from, to, factor);
        for (int i = 0; i < probabilities.length; i++) {
            probabilities[i] = Math.exp(values[from + i] * factor - log);
        }
        return probabilities;
    }

    /** log Σ exp(values[from, to) · factor). */
    static double logSum(float[] values, int from, int to, double factor) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = from; i < to; i++) {
            largest = Math.max(largest, values[i] * factor);
        }
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += Math.exp(values[i] * factor - largest);
        }
        return largest + Math.log(sum);
    }

    /** σ(x) = 1 / (1 + e^−x). */
    static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** log σ(x), without loss where σ(x) is 0 or 1. */
    static double logSigmoid(double x) {
        return Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)));
    }
}
