package dev.juxta.torch;

import dev.juxta.ops.Attention.Queries;
import dev.juxta.ops.PositionBuckets;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What the distance of a query and a key adds to their product. Shapes: n sequences of a group (1 where all have their
 * queries at the same positions), h heads of width d, Q queries, L keys and B buckets.
 */
final class RelativeScores {

    /** How many columns of a product in bf16 take as long as one to gather from. */
    private static final int COLUMNS_FOR_ONE = 2;

    private final SequenceGroup group;
    private final Queries which;
    private final PositionBuckets buckets;
    private final int patterns; // 1 or n
    private final int queries;
    private final int keys;

    RelativeScores(SequenceGroup group, Queries which, PositionBuckets buckets) {
        this.group = group;
        this.which = which;
        this.buckets = buckets;
        this.patterns = which == Queries.LAST ? group.size() : 1;
        this.queries = group.queries(which);
        this.keys = group.length();
    }

    /** The bucket of each query and key, [patterns, Q, L]. */
    private int[] rows() {
        int[] rows = new int[patterns * queries * keys];
        for (int i = 0; i < rows.length; i++) {
            int query = i / keys % queries;
            int position = group.position(which, i / (keys * queries), query);
            rows[i] = buckets.row(position - i % keys);
        }
        return rows;
    }

    /**
     * One learned number per bucket and head.
     *
     * @param table [B, h]
     * @return [1 or n, h, Q, L]
     */
    Tensor learned(Tensor table) {
        int[] rows = rows();
        return table.index_select(0, Tensors.indices(rows, rows.length))
                .reshape(patterns, queries, keys, table.size(1))
                .permute(0, 3, 1, 2);
    }

    /**
     * Content to position: the product of each query with the position's key.
     *
     * @param query [n, h, Q, d]
     * @param table [B, h · d]
     * @return [n, h, Q, L]
     */
    Tensor ofQueries(Tensor query, Tensor table) {
        if (isByDistance(table)) {
            return shifted(products(query, byDistance(table, -1))).transpose(0, 1);
        }
        Tensor index =
                Tensors.indices(rows(), 1, patterns, queries, keys).expand(query.size(1), query.size(0), queries, keys);
        return products(query, table).gather(3, index).transpose(0, 1);
    }

    /**
     * Position to content: the product of each key with the position's query.
     *
     * @param key [n, h, L, d]
     * @param table [B, h · d]
     * @return [n, h, Q, L]
     */
    Tensor ofKeys(Tensor key, Tensor table) {
        if (isByDistance(table)) {
            return shifted(products(key, byDistance(table, 1))).transpose(0, 1).transpose(2, 3);
        }
        Tensor index = Tensors.indices(rows(), 1, patterns, queries, keys)
                .transpose(2, 3)
                .expand(key.size(1), key.size(0), keys, queries);
        return products(key, table).gather(3, index).transpose(0, 1).transpose(2, 3);
    }

    /**
     * Whether products with every distance cost less than gathering from those with every bucket. Where all tokens are
     * queries, each row of the former has what it needs side by side.
     */
    private boolean isByDistance(Tensor table) {
        int columnsForOne = Tensors.isFloat(table) ? 1 : COLUMNS_FOR_ONE;
        return which == Queries.ALL && distances() <= columnsForOne * table.size(0);
    }

    private int distances() {
        return 2 * keys - 1;
    }

    /** The table's rows for the distances from 1 − L to L − 1, or the other way round, [2 · L − 1, h · d]. */
    private Tensor byDistance(Tensor table, int sign) {
        int[] rows = IntStream.range(0, distances())
                .map(i -> buckets.row(sign * (i - (keys - 1))))
                .toArray();
        return table.index_select(0, Tensors.indices(rows, rows.length));
    }

    /** Of each row of x with each of the table's, [h, n, Q or L, B]; one product per head, whatever the sequences. */
    private static Tensor products(Tensor x, Tensor table) {
        long heads = x.size(1);
        Tensor rows = x.transpose(0, 1).reshape(heads, -1, x.size(3)); // [h, n · Q, d]
        Tensor positions = table.reshape(table.size(0), heads, x.size(3)).permute(1, 2, 0); // [h, d, B]
        return torch.bmm(rows, positions).reshape(heads, x.size(0), x.size(2), table.size(0));
    }

    /**
     * Of the products of token i with all distances, those with the tokens 0 to L − 1, which begin one place further left
     * in each row: at L − 1 − i.
     *
     * @param products [h, n, L, 2 · L − 1]
     * @return [h, n, L, L]
     */
    private Tensor shifted(Tensor products) {
        long[] sizes = {products.size(0), products.size(1), keys, keys};
        long[] strides = {products.stride(0), products.stride(1), products.stride(2) - 1, 1};
        return products.as_strided(sizes, strides, new LongOptional(products.storage_offset() + keys - 1));
    }
}
