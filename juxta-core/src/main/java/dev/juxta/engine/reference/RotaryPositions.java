package dev.juxta.engine.reference;

import dev.juxta.ops.Attention.Rotary;

/** Turns each pair (x_i, x_{i+d/2}) of a head by its frequency for each position (Su et al. 2021, arXiv:2104.09864). */
final class RotaryPositions {

    private final double[] frequencies; // [headWidth / 2]
    private final double magnitude;

    RotaryPositions(Rotary rotary, int headWidth) {
        this.frequencies = new double[headWidth / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = rotary.frequency(i, headWidth);
        }
        this.magnitude = rotary.magnitude();
    }

    /** Rotates rows [rows, headWidth] whose positions count up from {@code firstPosition}. */
    void rotate(float[] x, int rows, int firstPosition) {
        int half = frequencies.length;
        for (int row = 0; row < rows; row++) {
            int offset = row * 2 * half;
            for (int i = 0; i < half; i++) {
                double angle = (firstPosition + row) * frequencies[i];
                float cos = (float) (Math.cos(angle) * magnitude);
                float sin = (float) (Math.sin(angle) * magnitude);
                float first = x[offset + i];
                float second = x[offset + half + i];
                x[offset + i] = first * cos - second * sin;
                x[offset + half + i] = second * cos + first * sin;
            }
        }
    }
}
