package dev.juxta.engine.reference;

import java.util.Arrays;

/**
 * C = A·B in loops that the JIT compiler vectorizes.
 *
 * <p>The inner loop runs along the columns of a panel of B and adds eight rows of B to one row of sums, so that each sum
 * is loaded and stored once per eight products. The same eight rows of B, 8 KiB, then serve a block of rows of A while
 * they are in the L1 cache. Every element of C is summed in the same order whatever the number of rows, so a row's result
 * does not depend on its neighbours.
 */
final class MatrixProduct {

    /** Rows of A that share what is loaded of B; their sums take 16 KiB. */
    private static final int ROW_BLOCK = 16;

    private MatrixProduct() {}

    /**
     * Writes A·B to C.
     *
     * @param a A [rows, b.inner]: element (i, k) at aOffset + i·aStride + k
     * @param c C [rows, b.columns]: element (i, j) at cOffset + i·cStride + j
     */
    static void multiply(float[] a, int aOffset, int aStride, int rows, Panels b, float[] c, int cOffset, int cStride) {
        float[][] sums = new float[Math.min(rows, ROW_BLOCK)][Panels.WIDTH];
        for (int column = 0; column < b.columns(); column += Panels.WIDTH) {
            int width = Math.min(Panels.WIDTH, b.columns() - column);
            for (int from = 0; from < rows; from += ROW_BLOCK) {
                int count = Math.min(ROW_BLOCK, rows - from);
                sum(a, aOffset + from * aStride, aStride, count, b, column / Panels.WIDTH, sums, width);
                for (int i = 0; i < count; i++) {
                    System.arraycopy(sums[i], 0, c, cOffset + (from + i) * cStride + column, width);
                }
            }
        }
    }

    private static void sum(
            float[] a, int aOffset, int aStride, int rows, Panels b, int panel, float[][] sums, int width) {
        for (int i = 0; i < rows; i++) {
            Arrays.fill(sums[i], 0);
        }
        int k = 0;
        for (; k + 7 < b.inner(); k += 8) {
            float[] b0 = b.row(panel, k);
            float[] b1 = b.row(panel, k + 1);
            float[] b2 = b.row(panel, k + 2);
            float[] b3 = b.row(panel, k + 3);
            float[] b4 = b.row(panel, k + 4);
            float[] b5 = b.row(panel, k + 5);
            float[] b6 = b.row(panel, k + 6);
            float[] b7 = b.row(panel, k + 7);
            for (int i = 0; i < rows; i++) {
                addEight(a, aOffset + i * aStride + k, b0, b1, b2, b3, b4, b5, b6, b7, sums[i], width);
            }
        }
        for (; k < b.inner(); k++) {
            for (int i = 0; i < rows; i++) {
                addOne(a[aOffset + i * aStride + k], b.row(panel, k), sums[i], width);
            }
        }
    }

    private static void addEight(
            float[] a,
            int at,
            float[] b0,
            float[] b1,
            float[] b2,
            float[] b3,
            float[] b4,
            float[] b5,
            float[] b6,
            float[] b7,
            float[] sums,
            int width) {
        float a0 = a[at];
        float a1 = a[at + 1];
        float a2 = a[at + 2];
        float a3 = a[at + 3];
        float a4 = a[at + 4];
        float a5 = a[at + 5];
        float a6 = a[at + 6];
        float a7 = a[at + 7];
        for (int j = 0; j < width; j++) {
            sums[j] += ((a0 * b0[j] + a1 * b1[j]) + (a2 * b2[j] + a3 * b3[j]))
                    + ((a4 * b4[j] + a5 * b5[j]) + (a6 * b6[j] + a7 * b7[j]));
        }
    }

    private static void addOne(float a, float[] b, float[] sums, int width) {
        for (int j = 0; j < width; j++) {
            sums[j] += a * b[j];
        }
    }
}
