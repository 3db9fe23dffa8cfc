package dev.juxta.engine.reference;

import java.util.Arrays;

/**
 * C = A·B in loops that the JIT compiler vectorizes.
 *
 * <p>The inner loop runs along the 256 columns of a panel of B. It takes four rows of B at a time, so that each sum is
 * loaded and stored once per four products, and two rows of A, so that each element of B is loaded once for both. Every
 * element of C is summed in the same order whatever the number of rows, so a row's result does not depend on its
 * neighbours.
 */
final class MatrixProduct {

    private static final int W = Panels.WIDTH;

    private MatrixProduct() {}

    /**
     * Writes A·B to C.
     *
     * @param a A [rows, b.inner]: element (i, k) at aOffset + i·aStride + k
     * @param c C [rows, b.columns]: element (i, j) at cOffset + i·cStride + j
     */
    static void multiply(float[] a, int aOffset, int aStride, int rows, Panels b, float[] c, int cOffset, int cStride) {
        float[] sums = new float[2 * W];
        for (int column = 0; column < b.columns; column += W) {
            int width = Math.min(W, b.columns - column);
            int panel = b.panelStart(column / W);
            for (int i = 0; i < rows; i += 2) {
                int aRow = aOffset + i * aStride;
                int cRow = cOffset + i * cStride + column;
                Arrays.fill(sums, 0);
                if (i + 1 < rows) {
                    sumTwoRows(a, aRow, aRow + aStride, b, panel, sums, width);
                    System.arraycopy(sums, W, c, cRow + cStride, width);
                } else {
                    sumRow(a, aRow, b, panel, sums, width);
                }
                System.arraycopy(sums, 0, c, cRow, width);
            }
        }
    }

    private static void sumTwoRows(float[] a, int row0, int row1, Panels b, int panel, float[] sums, int width) {
        int k = 0;
        for (; k + 3 < b.inner; k += 4) {
            addFour(
                    a[row0 + k],
                    a[row0 + k + 1],
                    a[row0 + k + 2],
                    a[row0 + k + 3],
                    a[row1 + k],
                    a[row1 + k + 1],
                    a[row1 + k + 2],
                    a[row1 + k + 3],
                    b.data,
                    panel + k * W,
                    sums,
                    width);
        }
        for (; k < b.inner; k++) {
            addOne(a[row0 + k], b.data, panel + k * W, sums, 0, width);
            addOne(a[row1 + k], b.data, panel + k * W, sums, W, width);
        }
    }

    private static void sumRow(float[] a, int row, Panels b, int panel, float[] sums, int width) {
        int k = 0;
        for (; k + 3 < b.inner; k += 4) {
            addFour(a[row + k], a[row + k + 1], a[row + k + 2], a[row + k + 3], b.data, panel + k * W, sums, width);
        }
        for (; k < b.inner; k++) {
            addOne(a[row + k], b.data, panel + k * W, sums, 0, width);
        }
    }

    private static void addFour(
            float a0,
            float a1,
            float a2,
            float a3,
            float e0,
            float e1,
            float e2,
            float e3,
            float[] b,
            int row,
            float[] sums,
            int width) {
        for (int j = 0; j < width; j++) {
            float b0 = b[row + j];
            float b1 = b[row + j + W];
            float b2 = b[row + j + 2 * W];
            float b3 = b[row + j + 3 * W];
            sums[j] += (a0 * b0 + a1 * b1) + (a2 * b2 + a3 * b3);
            sums[j + W] += (e0 * b0 + e1 * b1) + (e2 * b2 + e3 * b3);
        }
    }

    private static void addFour(float a0, float a1, float a2, float a3, float[] b, int row, float[] sums, int width) {
        for (int j = 0; j < width; j++) {
            sums[j] += (a0 * b[row + j] + a1 * b[row + j + W]) + (a2 * b[row + j + 2 * W] + a3 * b[row + j + 3 * W]);
        }
    }

    private static void addOne(float a, float[] b, int row, float[] sums, int offset, int width) {
        for (int j = 0; j < width; j++) {
            sums[offset + j] += a * b[row + j];
        }
    }
}
