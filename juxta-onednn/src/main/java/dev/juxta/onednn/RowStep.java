package dev.juxta.onednn;

/** A step that makes each row from the same row of its inputs. */
interface RowStep {

    /**
     * Computes some rows.
     *
     * @param share whose rows they are
     * @param tile which rows
     */
    void run(Share share, Tile tile);

    /**
     * Rows that are computed together.
     *
     * @param first the first row, counted in the chunk
     * @param rows how many are wanted
     * @param padded how many are computed
     */
    record Tile(int first, int rows, int padded) {}
}
