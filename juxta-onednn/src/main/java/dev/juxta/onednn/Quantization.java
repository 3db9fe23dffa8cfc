package dev.juxta.onednn;

import dev.juxta.ops.Linear;
import dev.juxta.ops.Value;
import java.util.List;
import java.util.Map;

/**
 * What one unit of each quantized activation stands for. Columns of very different size would waste most of a byte's
 * range, so part of the difference moves into the weights (SmoothQuant, Xiao et al. 2022, arXiv:2211.10438): column j is
 * divided by s_j = max|X_j|^α / max|W_j|^(1−α), and the weights' column multiplied by it. Of a few α the one is taken
 * that leaves the least noise.
 *
 * @param statistics what was seen of each value on sample pairs
 */
record Quantization(Map<Value, Statistics> statistics) {

    private static final double[] BALANCES = {0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1};

    /**
     * How much further than on the samples values may go before they are cut off: cutting costs far more than the coarser
     * steps.
     */
    private static final float MARGIN = 1.15f;

    private static final float SMALLEST_RANGE = 1e-6f;

    /** Variance of the error of rounding to whole numbers. */
    private static final double ROUNDING = 1 / 12.0;

    /** The unsigned byte that stands for 0 where values have both signs. */
    private static final int MIDDLE = 128;

    /** Nothing is quantized. */
    static final Quantization NONE = new Quantization(Map.of());

    /**
     * What was seen of a value.
     *
     * @param largest the largest magnitude of each column, [width]
     * @param means the mean of each column, [width]
     * @param meanSquares the mean of each column's squares, [width]
     */
    record Statistics(float[] largest, double[] means, double[] meanSquares) {
        double variance(int column) {
            return Math.max(0, meanSquares[column] - means[column] * means[column]);
        }
    }

    /**
     * How a value x is rounded: to (x + offset) / unit + zero.
     *
     * @param units what one unit of each column stands for, [width]
     * @param offset what makes the smallest value 0 where all are above a known bound; else 0
     * @param zero the byte that stands for −offset: 0, or the middle of the unsigned bytes
     * @param noise the share of the product's power that the rounding of values and weights adds, roughly
     * @param means the mean of each column of x, [width]
     */
    record Steps(float[] units, float offset, int zero, double noise, double[] means) {
        /** One over each unit, [width]. */
        float[] factors() {
            float[] factors = new float[units.length];
            for (int i = 0; i < units.length; i++) {
                factors[i] = 1 / units[i];
            }
            return factors;
        }
    }

    boolean covers(Value value) {
        return statistics.containsKey(value);
    }

    /**
     * The steps of a value.
     *
     * @param readers the layers that multiply with it
     * @param offset what is added to it first
     */
    Steps steps(Value value, List<Linear> readers, float offset) {
        Statistics seen = statistics.get(value);
        if (seen == null) {
            throw new IllegalStateException(value + " was not calibrated");
        }
        float[] weights = stack(readers); // [out, in]
        Columns columns = Columns.of(weights, seen.largest().length);
        Steps best = steps(seen, weights, columns, BALANCES[0], offset);
        for (double balance : BALANCES) {
            Steps steps = steps(seen, weights, columns, balance, offset);
            if (steps.noise() < best.noise()) {
                best = steps;
            }
        }
        return best;
    }

    private static Steps steps(Statistics seen, float[] weights, Columns columns, double balance, float offset) {
        int in = seen.largest().length;
        double worst = 0;
        double[] sizes = new double[in];
        for (int j = 0; j < in; j++) {
            double x = Math.max(SMALLEST_RANGE, MARGIN * seen.largest()[j] + offset);
            double w = Math.max(SMALLEST_RANGE, columns.largest()[j]);
            sizes[j] = Math.pow(x, balance) / Math.pow(w, 1 - balance);
            worst = Math.max(worst, x / sizes[j]);
        }
        int zero = offset == 0 ? MIDDLE : 0;
        float limit = zero == 0 ? PackedMatrix.U8_LIMIT : PackedMatrix.S8_LIMIT;
        float[] units = new float[in];
        for (int j = 0; j < in; j++) {
            units[j] = (float) (sizes[j] * worst / limit);
        }
        return new Steps(units, offset, zero, noise(seen, weights, columns.powers(), units), seen.means());
    }

    /**
     * Noise over signal of W·x, its columns taken as independent. What the rounding of the weights does to the mean of x
     * is not noise: the bias takes it back.
     */
    private static double noise(Statistics seen, float[] weights, double[] powers, float[] units) {
        int in = units.length;
        double scales = 0; // the sum of squares of the rows' scales
        for (int row = 0; row < weights.length; row += in) {
            float largest = SMALLEST_RANGE;
            for (int j = 0; j < in; j++) {
                largest = Math.max(largest, Math.abs(weights[row + j] * units[j]));
            }
            double scale = largest / WeightRounding.usualLimit();
            scales += scale * scale;
        }
        double signal = 0;
        double noise = 0;
        for (int j = 0; j < in; j++) {
            double unit = (double) units[j] * units[j];
            signal += powers[j] * seen.meanSquares()[j];
            noise += ROUNDING * (powers[j] * unit + scales / unit * seen.variance(j));
        }
        return signal == 0 ? 0 : noise / signal;
    }

    /**
     * What the weights' columns are like.
     *
     * @param largest the largest magnitude of each, [in]
     * @param powers the sum of the squares of each, [in]
     */
    private record Columns(float[] largest, double[] powers) {
        static Columns of(float[] weights, int in) {
            float[] largest = new float[in];
            double[] powers = new double[in];
            for (int row = 0; row < weights.length; row += in) {
                for (int j = 0; j < in; j++) {
                    float weight = weights[row + j];
                    largest[j] = Math.max(largest[j], Math.abs(weight));
                    powers[j] += (double) weight * weight;
                }
            }
            return new Columns(largest, powers);
        }
    }

    private static float[] stack(List<Linear> layers) {
        int count = layers.stream().mapToInt(layer -> layer.weight().count()).sum();
        float[] stacked = new float[count];
        int next = 0;
        for (Linear layer : layers) {
            float[] weights = layer.weight().toFloats();
            System.arraycopy(weights, 0, stacked, next, weights.length);
            next += weights.length;
        }
        return stacked;
    }
}
