package dev.juxta.onednn;

import dev.juxta.onednn.Place.View;
import dev.juxta.ops.Pooling;
import java.nio.FloatBuffer;

/**
 * One row for each sequence from the rows of its tokens.
 *
 * @param source [tokens, width]
 * @param target [sequences, width], of the same type; floats for means and maxima
 */
record PoolStage(View source, View target, Pooling pooling) implements Stage {

    @Override
    public boolean readsAcrossRows() {
        return true;
    }

    @Override
    public void run(Share share) {
        Chunk chunk = share.chunk();
        for (int sequence = share.firstSequence(); sequence < share.endSequence(); sequence++) {
            int first = chunk.start(sequence);
            int end = chunk.start(sequence + 1);
            long to = share.address(target, sequence);
            switch (pooling) {
                case FIRST -> copy(share, first, to);
                case LAST -> copy(share, end - 1, to);
                case MEAN, MAX -> reduce(share, first, end, to);
            }
        }
    }

    private void copy(Share share, int row, long to) {
        Region.copy(share.address(source, row), to, target.place().rowBytes());
    }

    private void reduce(Share share, int first, int end, long to) {
        int width = source.width();
        float[] pooled = new float[width];
        float[] row = new float[width];
        Region.floats(share.address(source, first), width).get(pooled);
        for (int token = first + 1; token < end; token++) {
            FloatBuffer rows = Region.floats(share.address(source, token), width);
            rows.get(row);
            for (int j = 0; j < width; j++) {
                pooled[j] = pooling == Pooling.MEAN ? pooled[j] + row[j] : Math.max(pooled[j], row[j]);
            }
        }
        if (pooling == Pooling.MEAN) {
            for (int j = 0; j < width; j++) {
                pooled[j] /= end - first;
            }
        }
        Region.floats(to, width).put(pooled);
    }
}
