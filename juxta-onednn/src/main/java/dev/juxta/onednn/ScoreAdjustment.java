package dev.juxta.onednn;

import dev.juxta.ops.Attention.Mask;
import dev.juxta.ops.PositionBuckets;
import dev.juxta.ops.RelativeBias;
import java.nio.FloatBuffer;
import java.util.Arrays;

/** Changes the scores of an attention before the softmax. */
interface ScoreAdjustment {

    /**
     * Changes scores in place.
     *
     * @param chunk whose sequences they are of
     * @param block what the scores are of
     * @param scores address of [heads, padded rows, padded keys] floats
     */
    void apply(Chunk chunk, AttentionBlock block, long scores);

    private static FloatBuffer floats(AttentionBlock block, long scores) {
        return Region.floats(scores, (long) block.heads() * block.paddedRows() * block.paddedKeys());
    }

    /** Takes out the keys that a query may not see. */
    record Hide(Mask mask) implements ScoreAdjustment {
        @Override
        public void apply(Chunk chunk, AttentionBlock block, long scores) {
            int first = block.firstKey();
            int end = first + block.keys();
            FloatBuffer rows = floats(block, scores);
            float[] hidden = new float[block.keys()];
            Arrays.fill(hidden, KeyMask.HIDDEN);
            for (int i = 0; i < block.rows(); i++) {
                int position = block.position() + i;
                int from = Math.min(block.keys(), Math.max(first, mask.firstKey(position)) - first);
                int to = mask.endKey(position, end) - first;
                for (int head = 0; head < block.heads(); head++) {
                    int row = (head * block.paddedRows() + i) * block.paddedKeys();
                    rows.put(row, hidden, 0, from);
                    rows.put(row + to, hidden, 0, block.keys() - to);
                }
            }
        }
    }

    /**
     * Adds how far each head looks into the other text, where the segments of query and key differ.
     *
     * @param openness [2, heads]
     * @param heads of the whole attention
     */
    record AcrossTexts(float[] openness, int heads) implements ScoreAdjustment {
        @Override
        public void apply(Chunk chunk, AttentionBlock block, long scores) {
            FloatBuffer numbers = floats(block, scores);
            int[] segments = new int[block.keys()];
            Arrays.setAll(segments, j -> chunk.segment(block.sequence(), block.firstKey() + j));
            for (int i = 0; i < block.rows(); i++) {
                int segment = chunk.segment(block.sequence(), block.position() + i);
                int own = RelativeBias.AcrossTexts.row(segment) * heads + block.head();
                for (int head = 0; head < block.heads(); head++) {
                    int row = (head * block.paddedRows() + i) * block.paddedKeys();
                    add(numbers, row, segments, segment, openness[own + head]);
                }
            }
        }

        private static void add(FloatBuffer numbers, int row, int[] segments, int segment, float openness) {
            for (int j = 0; j < segments.length; j++) {
                if (segments[j] != segment) {
                    numbers.put(row + j, numbers.get(row + j) + openness);
                }
            }
        }
    }

    /** Adds a learned number for each head and distance, as in T5 (Raffel et al. 2019, arXiv:1910.10683) and MPNet. */
    final class Learned implements ScoreAdjustment {

        private static final int FIRST_REACH = 512;

        private final float[] table; // [buckets, heads]
        private final int heads;
        private final PositionBuckets buckets;
        private volatile float[][] unrolled; // [heads, 2 · reach + 1], by descending distance

        Learned(float[] table, int heads, PositionBuckets buckets) {
            this.table = table;
            this.heads = heads;
            this.buckets = buckets;
            this.unrolled = unroll(FIRST_REACH);
        }

        @Override
        public void apply(Chunk chunk, AttentionBlock block, long scores) {
            FloatBuffer rows = floats(block, scores);
            int last = block.position() + block.rows() - 1 - block.firstKey();
            float[][] biases = reaching(Math.max(last, block.keys()));
            float[] row = new float[block.keys()];
            for (int head = 0; head < block.heads(); head++) {
                float[] bias = biases[block.head() + head];
                int reach = bias.length / 2;
                for (int i = 0; i < block.rows(); i++) {
                    int from = (head * block.paddedRows() + i) * block.paddedKeys();
                    rows.get(from, row);
                    add(row, bias, reach - (block.position() + i - block.firstKey()));
                    rows.put(from, row);
                }
            }
        }

        private static void add(float[] row, float[] bias, int from) {
            for (int j = 0; j < row.length; j++) {
                row[j] += bias[from + j];
            }
        }

        private float[][] reaching(int distance) {
            float[][] known = unrolled;
            return distance <= known[0].length / 2 ? known : grown(distance);
        }

        /** Workers that come to a longer sequence together unroll it once. */
        private synchronized float[][] grown(int distance) {
            if (distance > unrolled[0].length / 2) {
                unrolled = unroll(2 * distance);
            }
            return unrolled;
        }

        private float[][] unroll(int reach) {
            float[][] rows = new float[heads][2 * reach + 1];
            for (int i = 0; i <= 2 * reach; i++) {
                int bucket = buckets.row(reach - i);
                for (int head = 0; head < heads; head++) {
                    rows[head][i] = table[bucket * heads + head];
                }
            }
            return rows;
        }
    }
}
