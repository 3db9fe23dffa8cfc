package dev.juxta.onednn;

import dev.juxta.ops.Attention.Rotary;

/**
 * Cosines and sines of rotary positions (Su et al. 2021, arXiv:2104.09864), computed once for each position that occurs:
 * the angle of pair i at a position is the position times the pair's frequency.
 */
final class RotaryTable {

    private static final int FIRST_POSITIONS = 512;

    private final double[] frequencies; // [d / 2]
    private final double magnitude;
    private volatile float[][] turns; // [positions, d]: cosines, then sines

    RotaryTable(Rotary rotary, int headWidth) {
        this.frequencies = new double[headWidth / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = rotary.frequency(i, headWidth);
        }
        this.magnitude = rotary.magnitude();
        this.turns = extend(new float[0][], FIRST_POSITIONS);
    }

    /** What turns the heads at a position: d/2 cosines, then d/2 sines. */
    float[] at(int position) {
        float[][] known = turns;
        return position < known.length ? known[position] : grown(position)[position];
    }

    private synchronized float[][] grown(int position) {
        if (position >= turns.length) {
            turns = extend(turns, Math.max(position + 1, 2 * turns.length));
        }
        return turns;
    }

    private float[][] extend(float[][] known, int positions) {
        float[][] more = new float[positions][];
        System.arraycopy(known, 0, more, 0, known.length);
        int half = frequencies.length;
        for (int position = known.length; position < positions; position++) {
            float[] turn = new float[2 * half];
            for (int i = 0; i < half; i++) {
                turn[i] = (float) (Math.cos(position * frequencies[i]) * magnitude);
                turn[half + i] = (float) (Math.sin(position * frequencies[i]) * magnitude);
            }
            more[position] = turn;
        }
        return more;
    }
}
