package dev.juxta.engine.reference;

/**
 * The right-hand matrix B of a product, laid out for {@link MatrixProduct}: cut into panels of 256 columns, each panel
 * row by row. Rows of a panel lie a constant 256 apart, which is what lets the JIT compiler see that its loads are
 * independent and vectorize them.
 */
final class Panels {

    /** Columns of a panel; the last one is filled with zeros. */
    static final int WIDTH = 256;

    final float[] data; // [panels, inner, 256]
    final int inner;
    final int columns;

    private Panels(int inner, int columns) {
        this.inner = inner;
        this.columns = columns;
        int panels = (columns + WIDTH - 1) / WIDTH;
        this.data = new float[Math.multiplyExact(Math.multiplyExact(panels, inner), WIDTH)];
    }

    private int index(int row, int column) {
        return ((column / WIDTH) * inner + row) * WIDTH + column % WIDTH;
    }

    /** Where panel {@code panel} begins. */
    int panelStart(int panel) {
        return panel * inner * WIDTH;
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
            int to = panels.index(0, column);
            for (int row = 0; row < inner; row++) {
                panels.data[to + row * WIDTH] = matrix[from + row];
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
                int width = Math.min(WIDTH, columns - column);
                System.arraycopy(matrix, offset + row * stride + column, panels.data, panels.index(row, column), width);
            }
        }
        return panels;
    }
}
