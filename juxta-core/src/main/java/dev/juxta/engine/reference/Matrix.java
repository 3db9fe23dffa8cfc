package dev.juxta.engine.reference;

/**
 * A value of the reference engine: [rows, width], row by row.
 *
 * @param data [rows × width]; written only by the operation that makes the matrix
 */
record Matrix(int rows, int width, float[] data) {

    static Matrix zeros(int rows, int width) {
        return new Matrix(rows, width, new float[Math.multiplyExact(rows, width)]);
    }
}
