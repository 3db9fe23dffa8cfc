package dev.juxta.engine.reference;

/**
 * The right-hand matrix B of a product, laid out for {@link MatrixProduct}: cut into panels of at most 256 columns, and
 * every row of a panel an array of its own. The JIT compiler vectorizes a loop over several arrays from index 0, and not
 * one over offsets into a single array that it cannot tell apart.
 */
final class Panels {

    /** Most columns of a panel: four rows of B and two of sums, 6 KiB, stay in the L1 cache. */
    static final int WIDTH = 256;

    private final float[][] rows; // [panels × inner][at most 256]
    private final int inner;
    private final int columns;

    private Panels(int inner, int columns) {
        this.inner = inner;
        this.columns = columns;
        int panels = (columns + WIDTH - 1) / WIDTH;
        this.rows = new float[Math.multiplyExact(panels, inner)][];
        for (int panel = 0; panel < panels; panel++) {
            int width = Math.min(WIDTH, columns - panel * WIDTH);
            for (int row = 0; row < inner; row++) {
                rows[panel * inner + row] = new float[width];
            }
        }
    }

    /** Rows of B. */
    int inner() {
        return inner;
    }

    /** Columns of B. */
    int columns() {
        return columns;
    }

    /** Row {@code row} of panel {@code panel}: columns 256·panel and on. */
    float[] row(int panel, int row) {
        return rows[panel * inner + row];
    }

    /**
     * Lays out the transpose of a matrix.
     *
     * @param matrix [columns, inner]: element (column, row) at offset + column·stride + row
     */
    static Panels ofTransposed(float[] matrix, int offset, int stride, int columns, int inner) {
        Panels panels = new Panels(inner, columns);
        for (int column = 0; column < columns; column++) {
            int from = offset + column * stride;
            for (int row = 0; row < inner; row++) {
                panels.row(column / WIDTH, row)[column % WIDTH] = matrix[from + row];
            }
        }
        return panels;
    }

    /**
     * Lays out a matrix as it is.
     *
     * @param matrix [inner, columns]: element (row, column) at offset + row·stride + column
     */
    static Panels of(float[] matrix, int offset, int stride, int inner, int columns) {
        Panels panels = new Panels(inner, columns);
        for (int row = 0; row < inner; row++) {
            for (int column = 0; column < columns; column += WIDTH) {
                float[] to = panels.row(column / WIDTH, row);
                System.arraycopy(matrix, offset + row * stride + column, to, 0, to.length);
            }
        }
        return panels;
    }
}
