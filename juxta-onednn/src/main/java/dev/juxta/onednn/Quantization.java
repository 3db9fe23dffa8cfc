package dev.juxta.onednn;

import dev.juxta.ops.Linear;
import dev.juxta.ops.Value;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one unit of each quantized activation stands for. Columns of very different size would waste most of a byte's
 * range, so part of the difference moves into the weights (SmoothQuant, Xiao et al. 2022, arXiv:2211.10438): column j is
 * divided by s_j = max|X_j|^α / max|W_j|^(1−α), and the weights' column multiplied by it.
 *
 * @param ranges the largest magnitude of each column of a value, [width], seen on sample pairs
 * @param common values whose columns share one step, as the product that makes them writes them quantized
 */
record Quantization(Map<Value, float[]> ranges, Set<Value> common) {

    /** α: how much of the difference between columns goes into the weights. */
    private static final double BALANCE = 0.5;

    private static final float SMALLEST_RANGE = 1e-6f;

    /** Nothing is quantized. */
    static final Quantization NONE = new Quantization(Map.of(), Set.of());

    boolean covers(Value value) {
        return ranges.containsKey(value);
    }

    /** One step for all columns. */
    float commonStep(Value value) {
        float largest = SMALLEST_RANGE;
        for (float range : range(value)) {
            largest = Math.max(largest, range);
        }
        return largest / PackedMatrix.S8_LIMIT;
    }

    /**
     * A step for each column, [width].
     *
     * @param readers the layers that multiply with the value
     */
    float[] steps(Value value, List<Linear> readers) {
        float[] range = range(value);
        float[] steps = new float[range.length];
        if (common.contains(value)) {
            Arrays.fill(steps, commonStep(value));
            return steps;
        }
        float[] weights = columnRanges(readers, range.length);
        double worst = 0;
        double[] balance = new double[range.length];
        for (int j = 0; j < range.length; j++) {
            double x = Math.max(SMALLEST_RANGE, range[j]);
            double w = Math.max(SMALLEST_RANGE, weights[j]);
            balance[j] = Math.pow(x, BALANCE) / Math.pow(w, 1 - BALANCE);
            worst = Math.max(worst, x / balance[j]);
        }
        for (int j = 0; j < range.length; j++) {
            steps[j] = (float) (balance[j] * worst / PackedMatrix.S8_LIMIT);
        }
        return steps;
    }

    private float[] range(Value value) {
        float[] range = ranges.get(value);
        if (range == null) {
            throw new IllegalStateException(value + " was not calibrated");
        }
        return range;
    }

    /** The largest magnitude in each column of the stacked layers, [in]. */
    private static float[] columnRanges(List<Linear> layers, int in) {
        float[] ranges = new float[in];
        for (Linear layer : layers) {
            float[] weights = layer.weight().toFloats(); // [out, in]
            for (int i = 0; i < weights.length; i++) {
                ranges[i % in] = Math.max(ranges[i % in], Math.abs(weights[i]));
            }
        }
        return ranges;
    }

    /** The same without what its map shares with the caller. */
    Quantization {
        ranges = new HashMap<>(ranges);
        common = Set.copyOf(common);
    }
}
