package dev.juxta.onednn;

import dev.juxta.ops.Attention.Mask;
import dev.juxta.ops.PositionBuckets;
import java.nio.FloatBuffer;
import java.util.Arrays;

/** Changes the scores of an attention before the softmax. */
interface ScoreAdjustment {

    /**
     * Changes scores in place.
     *
     * @param worker whose scratch memory may be used
     * @param block what the scores are of
     * @param scores address of [heads, padded rows, padded keys] floats
     */
    void apply(Worker worker, AttentionBlock block, long scores);

    /** One row of scores. */
    interface RowChange {
        /**
         * Changes the scores of a query.
         *
         * @param row [padded keys]
         * @param head the query's head
         * @param position the query's position
         */
        void apply(float[] row, int head, int position);
    }

    /** Changes the rows one after the other. */
    static void forEachRow(AttentionBlock block, long scores, RowChange change) {
        float[] row = new float[block.paddedKeys()];
        for (int head = 0; head < block.heads(); head++) {
            long matrix = scores + (long) head * block.paddedRows() * block.paddedKeys() * Float.BYTES;
            FloatBuffer rows = Region.floats(matrix, (long) block.rows() * block.paddedKeys());
            for (int i = 0; i < block.rows(); i++) {
                rows.get(i * row.length, row);
                change.apply(row, block.head() + head, block.position() + i);
                rows.put(i * row.length, row);
            }
        }
    }

    /** Takes out the keys that a query may not see. */
    record Hide(Mask mask) implements ScoreAdjustment {
        @Override
        public void apply(Worker worker, AttentionBlock block, long scores) {
            int first = block.firstKey();
            int end = first + block.keys();
            forEachRow(block, scores, (row, head, position) -> {
                int from = Math.max(first, mask.firstKey(position)) - first;
                int to = mask.endKey(position, end) - first;
                Arrays.fill(row, 0, from, KeyMask.HIDDEN);
                Arrays.fill(row, to, row.length, KeyMask.HIDDEN);
            });
        }
    }

    /** Adds a learned number for each head and distance. */
    record Learned(float[] table, int heads, PositionBuckets buckets) implements ScoreAdjustment {
        @Override
        public void apply(Worker worker, AttentionBlock block, long scores) {
            forEachRow(block, scores, (row, head, position) -> {
                for (int j = 0; j < block.keys(); j++) {
                    row[j] += table[buckets.row(position - block.firstKey() - j) * heads + head];
                }
            });
        }
    }
}
