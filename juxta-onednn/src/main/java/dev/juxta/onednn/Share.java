package dev.juxta.onednn;

import dev.juxta.onednn.Place.View;
import dev.juxta.onednn.RowStep.Tile;

/**
 * One thread's share of a chunk.
 *
 * @param chunk what is computed
 * @param worker who computes
 * @param firstToken the first row of its own, counted in the chunk
 * @param endToken one past the last
 * @param firstSequence the first sequence of its own, for what has one row per sequence
 * @param endSequence one past the last
 */
record Share(Chunk chunk, Worker worker, int firstToken, int endToken, int firstSequence, int endSequence) {

    /** The share {@code part} of {@code parts}. */
    static Share of(Chunk chunk, Worker worker, int part, int parts) {
        return new Share(
                chunk,
                worker,
                border(chunk.tokens(), part, parts),
                border(chunk.tokens(), part + 1, parts),
                border(chunk.sequences(), part, parts),
                border(chunk.sequences(), part + 1, parts));
    }

    private static int border(int rows, int part, int parts) {
        if (part == parts) {
            return rows;
        }
        int grains = Rows.roundUp(rows, Rows.GRAIN) / Rows.GRAIN;
        return Math.min(rows, grains * part / parts * Rows.GRAIN);
    }

    /** Where {@code row} of the view lies, for places that are kept for the whole chunk. */
    long address(View view, int row) {
        return chunk.address(view.place())
                + row * view.place().rowBytes()
                + (long) view.column() * view.type().bytes();
    }

    /** Where the first row of the tile lies. */
    long address(View view, Tile tile) {
        if (view.place().scope() == Place.Scope.TILE) {
            return worker.tileAddress(view.place())
                    + (long) view.column() * view.type().bytes();
        }
        return address(view, tile.first());
    }
}
