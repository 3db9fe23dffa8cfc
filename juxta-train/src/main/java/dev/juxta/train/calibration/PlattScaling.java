package dev.juxta.train.calibration;

/**
 * The probability that a pair is relevant, from its logit z: σ(slope · z + intercept) (Platt 1999, "Probabilistic outputs
 * for support vector machines"). It keeps every order, for the slope is above 0.
 *
 * @param slope above 0
 * @param intercept what is added
 */
public record PlattScaling(double slope, double intercept) {

    private static final int ROUNDS = 100;
    private static final double ENOUGH = 1e-10;
    private static final double RIDGE = 1e-12;
    private static final double SMALLEST_STEP = 1e-10;

    /** Pairs of each kind without which nothing can be said. */
    static final int FEWEST = 10;

    public PlattScaling {
        if (!(slope > 0) || !Double.isFinite(slope) || !Double.isFinite(intercept)) {
            throw new IllegalArgumentException("A slope must be above 0 and an intercept finite, and they are " + slope
                    + " and " + intercept + "; the logits do not tell relevant pairs from others");
        }
    }

    /**
     * The most likely scaling, by Newton's method with halved steps (Lin, Lin and Weng 2007, "A note on Platt's
     * probabilistic outputs"). Both classes are drawn towards the middle as if one more pair of each had been seen.
     *
     * @param logits of pairs
     * @param positive which of them are relevant
     * @throws IllegalArgumentException if there are fewer than 10 of either, or relevant pairs do not score higher
     */
    public static PlattScaling fit(double[] logits, boolean[] positive) {
        if (logits.length != positive.length) {
            throw new IllegalArgumentException(logits.length + " logits have " + positive.length + " labels");
        }
        int positives = 0;
        for (boolean one : positive) {
            positives += one ? 1 : 0;
        }
        int negatives = logits.length - positives;
        if (positives < FEWEST || negatives < FEWEST) {
            throw new IllegalArgumentException("To calibrate takes at least " + FEWEST
                    + " relevant and as many other pairs; there are " + positives + " and " + negatives);
        }
        double high = (positives + 1.0) / (positives + 2.0);
        double low = 1.0 / (negatives + 2.0);
        double[] wanted = new double[logits.length];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = positive[i] ? high : low;
        }
        return newton(logits, wanted, Math.log((positives + 1.0) / (negatives + 1.0)));
    }

    private static PlattScaling newton(double[] logits, double[] wanted, double start) {
        double slope = 0;
        double intercept = start;
        double cost = cost(logits, wanted, slope, intercept);
        for (int round = 0; round < ROUNDS; round++) {
            double slopeGradient = 0;
            double interceptGradient = 0;
            double slopes = RIDGE;
            double cross = 0;
            double intercepts = RIDGE;
            for (int i = 0; i < logits.length; i++) {
                double p = sigmoid(slope * logits[i] + intercept);
                double error = p - wanted[i];
                slopeGradient += error * logits[i];
                interceptGradient += error;
                slopes += p * (1 - p) * logits[i] * logits[i];
                cross += p * (1 - p) * logits[i];
                intercepts += p * (1 - p);
            }
            if (Math.abs(slopeGradient) < ENOUGH && Math.abs(interceptGradient) < ENOUGH) {
                break;
            }
            double determinant = slopes * intercepts - cross * cross;
            double slopeStep = -(intercepts * slopeGradient - cross * interceptGradient) / determinant;
            double interceptStep = -(slopes * interceptGradient - cross * slopeGradient) / determinant;
            double size = 1;
            double next = cost(logits, wanted, slope + slopeStep, intercept + interceptStep);
            while (next > cost && size > SMALLEST_STEP) {
                size /= 2;
                next = cost(logits, wanted, slope + size * slopeStep, intercept + size * interceptStep);
            }
            if (!(next < cost)) {
                break; // as low as floating point can tell
            }
            slope += size * slopeStep;
            intercept += size * interceptStep;
            cost = next;
        }
        return new PlattScaling(slope, intercept);
    }

    private static double cost(double[] logits, double[] wanted, double slope, double intercept) {
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            double z = slope * logits[i] + intercept;
            sum += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - wanted[i] * z;
        }
        return sum;
    }

    private static double sigmoid(double z) {
        return 1 / (1 + Math.exp(-z));
    }

    /** What the logit means, from 0 to 1. */
    public double probability(double logit) {
        return sigmoid(slope * logit + intercept);
    }
}
