package dev.juxta.onednn;

import dev.juxta.onednn.Place.View;
import dev.juxta.ops.Attention.Queries;
import java.nio.FloatBuffer;

/**
 * Rotary positions: turns the pair (x_i, x_{i+d/2}) of each head by its position within the sequence.
 *
 * @param source [rows, heads × d], in floats
 * @param target the same shape
 * @param turns by position
 * @param queries which token of its sequence a row is: with ALL, rows are tokens
 */
record Rotation(View source, View target, RotaryTable turns, Queries queries) implements RowStep {

    @Override
    public void run(Share share, Tile tile) {
        long begin = share.worker().profile().begin();
        Chunk chunk = share.chunk();
        int stride = source.place().width();
        int width = source.width();
        float[] row = new float[width];
        float[] turned = new float[width];
        FloatBuffer from = Region.floats(share.address(source, tile), (tile.rows() - 1L) * stride + width);
        FloatBuffer to = Region.floats(share.address(target, tile), (long) tile.rows() * width);
        int sequence = queries == Queries.ALL ? chunk.sequenceOf(tile.first()) : 0;
        for (int i = 0; i < tile.rows(); i++) {
            int position = tile.first() + i;
            if (queries == Queries.ALL) {
                while (position >= chunk.start(sequence + 1)) {
                    sequence++;
                }
                position -= chunk.start(sequence);
            } else {
                position = queries == Queries.FIRST ? 0 : chunk.length(position) - 1;
            }
            from.get(i * stride, row);
            turn(row, turned, turns.at(position));
            to.put(turned);
        }
        share.worker().profile().end("rotary", begin);
    }

    private static void turn(float[] row, float[] turned, float[] turn) {
        int half = turn.length / 2;
        for (int head = 0; head < row.length; head += turn.length) {
            for (int i = 0; i < half; i++) {
                float a = row[head + i];
                float b = row[head + half + i];
                float cos = turn[i];
                float sin = turn[half + i];
                turned[head + i] = a * cos - b * sin;
                turned[head + half + i] = b * cos + a * sin;
            }
        }
    }
}
