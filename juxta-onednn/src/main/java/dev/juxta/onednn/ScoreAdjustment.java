package dev.juxta.onednn;

import dev.juxta.onednn.KernelSpec.Batched;
import dev.juxta.onednn.KernelSpec.Strided;
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
     * @param worker whose thread does it
     * @param chunk whose sequences they are of
     * @param block what the scores are of
     * @param scores address of [heads, padded rows, padded keys] floats
     */
    void apply(Worker worker, Chunk chunk, AttentionBlock block, long scores);

    private static FloatBuffer floats(AttentionBlock block, long scores) {
        return Region.floats(scores, (long) block.heads() * block.paddedRows() * block.paddedKeys());
    }

    /** Takes out the keys that a query may not see. */
    record Hide(Mask mask) implements ScoreAdjustment {
        @Override
        public void apply(Worker worker, Chunk chunk, AttentionBlock block, long scores) {
            long begin = worker.profile().begin();
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
            worker.profile().end("attention mask", begin);
        }
    }

    /**
     * Adds how far each head looks into the other text, where the segments of query and key differ: the product of [rows,
     * segments], where each query has a one in its own segment's column, with [heads, segments, keys], where each segment
     * has its openness at the keys of the others.
     *
     * @param openness [2, heads]
     * @param heads of the whole attention
     */
    record AcrossTexts(float[] openness, int heads) implements ScoreAdjustment {
        @Override
        public void apply(Worker worker, Chunk chunk, AttentionBlock block, long scores) {
            int rows = block.paddedRows();
            int keys = block.paddedKeys();
            int[] ofRows = segments(chunk, block, block.position(), block.rows());
            int[] ofKeys = segments(chunk, block, block.firstKey(), block.keys());
            int segments = 1 + Math.max(largest(ofRows), largest(ofKeys));
            int count = rows * segments + block.heads() * segments * keys;
            long own = worker.segmentOperands((long) count * Float.BYTES); // [rows, segments]
            long others = own + (long) rows * segments * Float.BYTES; // [heads, segments, keys]
            FloatBuffer numbers = Region.floats(own, count);
            numbers.put(ownSegments(ofRows, rows, segments));
            for (int head = 0; head < block.heads(); head++) {
                for (int segment = 0; segment < segments; segment++) {
                    int row = RelativeBias.AcrossTexts.row(segment);
                    numbers.put(atOthers(ofKeys, keys, segment, openness[row * heads + block.head() + head]));
                }
            }
            KernelSpec product = new Batched(
                    "attention across texts",
                    block.heads(),
                    rows,
                    segments,
                    keys,
                    new Strided(NumberType.F32, 0, segments, 1),
                    new Strided(NumberType.F32, (long) segments * keys, keys, 1),
                    new Strided(NumberType.F32, (long) rows * keys, keys, 1),
                    false,
                    true,
                    1);
            worker.run(product, own, others, scores);
        }

        private static int[] segments(Chunk chunk, AttentionBlock block, int from, int count) {
            int[] segments = new int[count];
            Arrays.setAll(segments, i -> chunk.segment(block.sequence(), from + i));
            return segments;
        }

        private static int largest(int[] segments) {
            return Arrays.stream(segments).max().orElse(0);
        }

        private static float[] ownSegments(int[] ofRows, int rows, int segments) {
            float[] ones = new float[rows * segments];
            for (int i = 0; i < ofRows.length; i++) {
                ones[i * segments + ofRows[i]] = 1;
            }
            return ones;
        }

        private static float[] atOthers(int[] ofKeys, int keys, int segment, float openness) {
            float[] row = new float[keys];
            for (int j = 0; j < ofKeys.length; j++) {
                row[j] = ofKeys[j] == segment ? 0 : openness;
            }
            return row;
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
        public void apply(Worker worker, Chunk chunk, AttentionBlock block, long scores) {
            long begin = worker.profile().begin();
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
            worker.profile().end("attention bias", begin);
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
