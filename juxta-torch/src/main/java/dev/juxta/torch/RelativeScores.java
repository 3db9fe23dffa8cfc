package dev.juxta.torch;

import dev.juxta.ops.Attention.Queries;
import dev.juxta.ops.PositionBuckets;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What the distance of a query and a key adds to their product. Shapes: n sequences of a group (1 where all have their
 * queries at the same positions), h heads of width d, Q queries, L keys and B buckets.
 */
final class RelativeScores {

    private final int patterns; // 1 or n
    private final int queries;
    private final int keys;
    private final int[] rows; // [patterns, Q, L]

    RelativeScores(SequenceGroup group, Queries which, PositionBuckets buckets) {
        this.patterns = which == Queries.LAST ? group.size() : 1;
        this.queries = group.queries(which);
        this.keys = group.length();
        this.rows = new int[patterns * queries * keys];
        for (int i = 0; i < rows.length; i++) {
            int query = i / keys % queries;
            int position = group.position(which, i / (keys * queries), query);
            rows[i] = buckets.row(position - i % keys);
        }
    }

    /**
     * One learned number per bucket and head.
     *
     * @param table [B, h]
     * @return [1 or n, h, Q, L]
     */
    Tensor learned(Tensor table) {
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
        Tensor products = products(query, table); // [n, h, Q, B]
        Tensor index =
                Tensors.indices(rows, patterns, 1, queries, keys).expand(query.size(0), query.size(1), queries, keys);
        return products.gather(3, index);
    }

    /**
     * Position to content: the product of each key with the position's query.
     *
     * @param key [n, h, L, d]
     * @param table [B, h · d]
     * @return [n, h, Q, L]
     */
    Tensor ofKeys(Tensor key, Tensor table) {
        Tensor products = products(key, table); // [n, h, L, B]
        Tensor index = Tensors.indices(rows, patterns, 1, queries, keys)
                .transpose(2, 3)
                .expand(key.size(0), key.size(1), keys, queries);
        return products.gather(3, index).transpose(2, 3);
    }

    private static Tensor products(Tensor x, Tensor table) {
        long heads = x.size(1);
        Tensor positions = table.reshape(table.size(0), heads, x.size(3)).permute(1, 2, 0); // [h, d, B]
        return torch.matmul(x, positions);
    }
}
