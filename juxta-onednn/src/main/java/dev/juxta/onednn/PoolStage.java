package dev.juxta.onednn;

import dev.juxta.onednn.Place.View;
import dev.juxta.ops.Pooling;

/**
 * One row for each sequence from the rows of its tokens.
 *
 * @param source [tokens, width]
 * @param target [sequences, width], of the same type; floats for all but selections
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
            int pooled = first + chunk.unpooled(sequence);
            int end = chunk.start(sequence + 1);
            long to = share.address(target, sequence);
            switch (pooling) {
                case FIRST -> copy(share, first, to);
                case FIRST_POOLED -> copy(share, pooled, to);
                case LAST -> copy(share, end - 1, to);
                case MAX -> maximum(share, pooled, end, to);
                case MEAN, MEAN_SQRT, WEIGHTED_MEAN, MEAN_OF_FIRST_TEXT, MEAN_OF_SECOND_TEXT ->
                    sum(share, first, chunk.poolingWeights(pooling, sequence), to);
            }
        }
    }

    private void copy(Share share, int row, long to) {
        Region.copy(share.address(source, row), to, target.place().rowBytes());
    }

    private void maximum(Share share, int from, int end, long to) {
        float[] pooled = new float[source.width()];
        float[] row = new float[source.width()];
        read(share, from, pooled);
        for (int token = from + 1; token < end; token++) {
            read(share, token, row);
            for (int j = 0; j < row.length; j++) {
                pooled[j] = Math.max(pooled[j], row[j]);
            }
        }
        Region.floats(to, pooled.length).put(pooled);
    }

    private void sum(Share share, int first, float[] weights, long to) {
        float[] pooled = new float[source.width()];
        float[] row = new float[source.width()];
        for (int place = 0; place < weights.length; place++) {
            float weight = weights[place];
            if (weight == 0) {
                continue;
            }
            read(share, first + place, row);
            for (int j = 0; j < row.length; j++) {
                pooled[j] += weight * row[j];
            }
        }
        Region.floats(to, pooled.length).put(pooled);
    }

    private void read(Share share, int token, float[] row) {
        Region.floats(share.address(source, token), row.length).get(row);
    }
}
