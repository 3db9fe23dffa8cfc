package dev.juxta.torch;

import dev.juxta.engine.PackedBatch;
import dev.juxta.ops.Attention.Mask;
import dev.juxta.ops.Attention.Queries;
import dev.juxta.ops.RelativeBias;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Sequences of about one length, whose attention is computed together.
 *
 * @param sequences their numbers in the batch, [n]
 * @param length L, of the longest
 */
record SequenceGroup(PackedBatch batch, int[] sequences, int length) {

    /** What hides a key: far below any product, yet finite, so that a row of nothing else is no NaN. */
    private static final float HIDDEN = -1e9f;

    int size() {
        return sequences.length;
    }

    /** The number of tokens of its i-th sequence. */
    int length(int i) {
        return batch.length(sequences[i]);
    }

    /** Whether all its sequences are equally long. */
    boolean even() {
        return length(size() - 1) == length; // they come longest first
    }

    /** Whether its tokens lie in the batch one after the other, without a gap. */
    boolean contiguous() {
        return even() && IntStream.range(1, size()).allMatch(i -> sequences[i] == sequences[i - 1] + 1);
    }

    /** The row of its first token. */
    int firstRow() {
        return batch.offsets()[sequences[0]];
    }

    /** The row of each token, [n · L]; where a sequence has ended, its first row stands in. */
    Tensor rows() {
        int[] rows = new int[size() * length];
        for (int i = 0; i < size(); i++) {
            int first = batch.offsets()[sequences[i]];
            for (int j = 0; j < length; j++) {
                rows[i * length + j] = j < length(i) ? first + j : first;
            }
        }
        return Tensors.indices(rows, rows.length);
    }

    /** The rows of queries of which there is one per sequence, [n]. */
    Tensor sequenceRows() {
        return Tensors.indices(sequences, size());
    }

    /** How many queries each sequence has, Q. */
    int queries(Queries which) {
        return which == Queries.ALL ? length : 1;
    }

    /** The position of a query in the i-th sequence. */
    int position(Queries which, int i, int query) {
        return switch (which) {
            case ALL -> query;
            case FIRST -> 0;
            case LAST -> length(i) - 1;
        };
    }

    /** How many of the first tokens of its i-th sequence are attended to. */
    private int attended(int i) {
        return batch.attended()[sequences[i]];
    }

    /** Whether any query must not see some key. */
    boolean hides(Mask mask) {
        return mask.causal()
                || mask.window() < length
                || IntStream.range(0, size()).anyMatch(i -> attended(i) < length);
    }

    /** Whether some query's window may lie behind all tokens that are attended to, so that it sees none. */
    boolean blinds(Mask mask) {
        return mask.window() < length && IntStream.range(0, size()).anyMatch(i -> attended(i) < length(i));
    }

    /** 1 for each query that sees a key, 0 for the others, [n, 1, Q, 1]. */
    Tensor sighted(Mask mask, Queries which) {
        int queries = queries(which);
        float[] sees = new float[size() * queries];
        for (int i = 0; i < sees.length; i++) {
            int sequence = i / queries;
            int position = position(which, sequence, i % queries);
            sees[i] = mask.firstKey(position) < mask.endKey(position, attended(sequence)) ? 1 : 0;
        }
        return Tensors.of(sees, size(), 1, queries, 1);
    }

    /** 1 where a query looks into another text than its own, else 0, [n, 1, Q, L]. */
    Tensor across(Queries which) {
        int queries = queries(which);
        float[] across = new float[size() * queries * length];
        for (int i = 0; i < size(); i++) {
            int first = batch.offsets()[sequences[i]];
            for (int q = 0; q < queries; q++) {
                int segment = segment(which, i, q);
                for (int j = 0; j < length(i); j++) {
                    across[(i * queries + q) * length + j] = batch.segments()[first + j] == segment ? 0 : 1;
                }
            }
        }
        return Tensors.of(across, size(), 1, queries, length);
    }

    /** The row of {@link RelativeBias.AcrossTexts} for each query, [n · Q]. */
    Tensor texts(Queries which) {
        int queries = queries(which);
        int[] rows = new int[size() * queries];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = RelativeBias.AcrossTexts.row(segment(which, i / queries, i % queries));
        }
        return Tensors.indices(rows, rows.length);
    }

    private int segment(Queries which, int i, int query) {
        int position = Math.min(position(which, i, query), length(i) - 1);
        return batch.segments()[batch.offsets()[sequences[i]] + position];
    }

    /** What is added to the products of queries and keys, [n, 1, Q, L]. */
    Tensor hidden(Mask mask, Queries which) {
        int queries = queries(which);
        float[] added = new float[size() * queries * length];
        for (int i = 0; i < size(); i++) {
            for (int q = 0; q < queries; q++) {
                int position = Math.min(position(which, i, q), length(i) - 1);
                int from = mask.firstKey(position);
                int to = mask.endKey(position, attended(i));
                for (int j = 0; j < length; j++) {
                    added[(i * queries + q) * length + j] = j < from || j >= to ? HIDDEN : 0;
                }
            }
        }
        return Tensors.of(added, size(), 1, queries, length);
    }
}
