package dev.juxta.onednn;

/**
 * Rounds weights to bytes. Where products of bytes are summed in pairs of 16 bits ({@link Natives#sumsInt8Exactly}), no
 * two weights that are paired may add up to more than 16 bits hold times the largest input: then no input, however large,
 * makes a sum saturate. Half the range would always do that, but cost every weight a bit; so a larger part of the range is
 * used, and the few pairs that are too large are cut back.
 *
 * @param steps how the inputs are rounded
 * @param pairLimit what neither the positive nor the negative weights of a pair may add up to, in magnitude
 */
record WeightRounding(Quantization.Steps steps, int pairLimit) {

    /** 16 bits hold 128 · 255 = 32,640. */
    private static final int LARGEST_PAIR = 128;

    /** A pair of any signed bytes. */
    private static final int ANY_PAIR = 256;

    /** Rows by which a matrix's limit is chosen. */
    private static final int TRIED_ROWS = 32;

    /** The largest magnitudes of a row's weights that are tried where pairs are limited; the last one limits itself. */
    private static final int[] LIMITS = {112, 100, 90, 80, 72, 64};

    static WeightRounding of(Quantization.Steps steps) {
        return new WeightRounding(steps, Natives.sumsInt8Exactly() ? ANY_PAIR : LARGEST_PAIR);
    }

    /** The magnitude to which a row's largest weight is usually rounded on this processor. */
    static float usualLimit() {
        return Natives.sumsInt8Exactly() ? PackedMatrix.S8_LIMIT : LIMITS[2];
    }

    /**
     * Rounds each row of W · diag(units) to bytes with a scale of its own, and corrects the bias: for the offset o that
     * was added to every input, W·(x + o) = W·x + o·ΣW, and for what the rounding does to the mean of the inputs.
     *
     * @param weights [out, in]
     * @param scales receives [out]
     * @param bias [out]
     */
    byte[] round(float[] weights, float[] scales, float[] bias) {
        byte[] bytes = new byte[weights.length];
        float[] units = steps.units();
        int in = units.length;
        float limit = pairLimit == ANY_PAIR ? PackedMatrix.S8_LIMIT : bestLimit(weights, scales.length);
        byte[] rounded = new byte[in];
        for (int out = 0; out < scales.length; out++) {
            scales[out] = round(row(weights, out), limit, rounded);
            cutPairs(rounded);
            System.arraycopy(rounded, 0, bytes, out * in, in);
            double correction = 0;
            for (int i = 0; i < in; i++) {
                double stored = (double) rounded[i] * scales[out] / units[i];
                correction += weights[out * in + i] * steps.means()[i]
                        - stored * (steps.means()[i] + steps.offset() + (double) steps.zero() * units[i]);
            }
            bias[out] += (float) correction;
        }
        return bytes;
    }

    /** A row of W · diag(units). */
    private float[] row(float[] weights, int out) {
        float[] units = steps.units();
        float[] row = new float[units.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = weights[out * row.length + i] * units[i];
        }
        return row;
    }

    /** The limit that leaves the smallest error in some of the rows when pairs that are too large have been cut back. */
    private float bestLimit(float[] weights, int rows) {
        byte[] trial = new byte[steps.units().length];
        double[] errors = new double[LIMITS.length];
        for (int out = 0; out < rows; out += Math.max(1, rows / TRIED_ROWS)) {
            float[] row = row(weights, out);
            for (int k = 0; k < LIMITS.length; k++) {
                float scale = round(row, LIMITS[k], trial);
                cutPairs(trial);
                for (int i = 0; i < row.length; i++) {
                    double distance = row[i] - trial[i] * (double) scale;
                    errors[k] += distance * distance;
                }
            }
        }
        int best = 0;
        for (int k = 1; k < LIMITS.length; k++) {
            best = errors[k] < errors[best] ? k : best;
        }
        return LIMITS[best];
    }

    /** Rounds so that the largest magnitude becomes the limit, and returns what one unit stands for. */
    private static float round(float[] row, float limit, byte[] rounded) {
        float largest = 0;
        for (float weight : row) {
            largest = Math.max(largest, Math.abs(weight));
        }
        float scale = largest == 0 ? 1 : largest / limit;
        for (int i = 0; i < row.length; i++) {
            rounded[i] = (byte) Math.round(row[i] / scale);
        }
        return scale;
    }

    /** Takes what is too much from both of a pair's weights; weights of different signs do not add up. */
    private void cutPairs(byte[] row) {
        for (int i = 0; i + 1 < row.length; i += 2) {
            int first = row[i];
            int second = row[i + 1];
            int excess = Math.abs(first + second) - pairLimit;
            if (excess > 0 && Integer.signum(first) == Integer.signum(second)) {
                int sign = Integer.signum(first);
                int smaller = Math.min(Math.abs(first), Math.abs(second));
                int fromSecond = Math.min(excess / 2, smaller);
                row[i + 1] -= (byte) (sign * fromSecond);
                row[i] -= (byte) (sign * (excess - fromSecond));
            }
        }
    }
}
