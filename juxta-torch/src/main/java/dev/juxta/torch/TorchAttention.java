package dev.juxta.torch;

import dev.juxta.ops.Attention;
import dev.juxta.ops.Attention.Mask;
import dev.juxta.ops.Attention.Queries;
import dev.juxta.ops.RelativeBias;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Attention, group by group: in fp32 by libtorch's fused kernel, which keeps no scores for the way back (Dao et al. 2022,
 * arXiv:2205.14135); in bf16, where that is slower on a CPU, and with relative positions, which it does not know, as two
 * batched products with a softmax between them. Shapes: n sequences of a group, h heads of width d, Q queries and L keys.
 */
final class TorchAttention {

    private final BatchLayout layout;
    private final Map<Object, Tensor> made = new HashMap<>(); // of this batch, for all layers

    private record Hidden(SequenceGroup group, Mask mask, Queries queries) {}

    private record RowsOf(SequenceGroup group) {}

    private record Places(Queries queries) {}

    private record Across(SequenceGroup group, Queries queries) {}

    private record TextOf(SequenceGroup group, Queries queries) {}

    TorchAttention(BatchLayout layout) {
        this.layout = layout;
    }

    /** [rows of the query, h × d]. */
    Tensor apply(Attention<Tensor> attention) {
        TensorVector contexts = new TensorVector();
        for (SequenceGroup group : layout.groups()) {
            contexts.push_back(context(attention, group));
        }
        if (contexts.size() == 1 && inOrder(attention.queries())) {
            return contexts.get(0);
        }
        return torch.cat(contexts, 0).index_select(0, places(attention.queries()));
    }

    private boolean inOrder(Queries queries) {
        SequenceGroup only = layout.groups().get(0);
        return only.contiguous() || (queries != Queries.ALL && isSorted(only.sequences()));
    }

    private static boolean isSorted(int[] numbers) {
        for (int i = 1; i < numbers.length; i++) {
            if (numbers[i] < numbers[i - 1]) {
                return false;
            }
        }
        return true;
    }

    /** Where among the groups' rows, one after the other, each row of the batch is. */
    private Tensor places(Queries queries) {
        return made.computeIfAbsent(new Places(queries), key -> {
            boolean all = queries == Queries.ALL;
            int[] places =
                    new int[all ? layout.batch().tokens() : layout.batch().sequences()];
            int start = 0;
            for (SequenceGroup group : layout.groups()) {
                for (int i = 0; i < group.size(); i++) {
                    int sequence = group.sequences()[i];
                    for (int j = 0; j < (all ? group.length(i) : 1); j++) {
                        int row = all ? layout.batch().offsets()[sequence] + j : sequence;
                        places[row] = start + i * group.queries(queries) + j;
                    }
                }
                start += group.size() * group.queries(queries);
            }
            return Tensors.indices(places, places.length);
        });
    }

    private Tensor context(Attention<Tensor> attention, SequenceGroup group) {
        Tensor query = heads(queryRows(attention, group), group.size(), attention.heads()); // [n, h, Q, d]
        Tensor key = heads(keyRows(attention.key(), group), group.size(), attention.keyValueHeads()); // [n, h, L, d]
        Tensor value = heads(keyRows(attention.value(), group), group.size(), attention.keyValueHeads());
        if (attention.rotary().isPresent()) {
            RotaryTurn turn = new RotaryTurn(attention.rotary().get(), group);
            query = turn.queries(query, attention.queries());
            key = turn.keys(key);
        }
        key = forAllHeads(key, attention.heads());
        value = forAllHeads(value, attention.heads());
        Tensor context = isFused(attention)
                ? fused(attention, group, query, key, value)
                : torch.matmul(probabilities(attention, group, query, key), value); // [n, h, Q, d]
        if (group.blinds(attention.mask())) {
            context = context.mul(
                    group.sighted(attention.mask(), attention.queries()).to(productType(attention)));
        }
        return context.transpose(1, 2).reshape(-1, attention.heads() * context.size(3));
    }

    /** Whether libtorch's fused kernel computes it. */
    static boolean isFused(Attention<Tensor> attention) {
        boolean known = attention.relative().isEmpty()
                || (attention.relative().get() instanceof RelativeBias.AcrossTexts<Tensor> across
                        && !across.openness().requires_grad());
        return known && Tensors.isFloat(attention.query());
    }

    private Tensor fused(Attention<Tensor> attention, SequenceGroup group, Tensor query, Tensor key, Tensor value) {
        TensorOptional mask = mask(attention, group).map(TensorOptional::new).orElseGet(TensorOptional::new);
        return torch.scaled_dot_product_attention(
                query, key, value, mask, 0.0, false, new DoubleOptional(attention.scale()), false);
    }

    /** What stands in the way of keys, [n, 1 or h, Q, L]: hidden ones, and how far queries look into the other text. */
    private Optional<Tensor> mask(Attention<Tensor> attention, SequenceGroup group) {
        Optional<Tensor> hidden = hidden(attention, group);
        return attention
                .relative()
                .filter(RelativeBias.AcrossTexts.class::isInstance)
                .map(bias -> openness((RelativeBias.AcrossTexts<Tensor>) bias, group, attention.queries())
                        .mul(across(group, attention.queries())))
                .map(bias -> hidden.map(bias::add).orElse(bias))
                .or(() -> hidden);
    }

    /** Of each query, [n, h, Q, 1]. */
    private Tensor openness(RelativeBias.AcrossTexts<Tensor> bias, SequenceGroup group, Queries queries) {
        Tensor table = bias.openness(); // [2, h]
        return table.index_select(0, made.computeIfAbsent(new TextOf(group, queries), key -> group.texts(queries)))
                .reshape(group.size(), group.queries(queries), table.size(1))
                .transpose(1, 2)
                .unsqueeze(3)
                .to(ScalarType.Float);
    }

    /** [n, 1, Q, L]. */
    private Tensor across(SequenceGroup group, Queries queries) {
        return made.computeIfAbsent(new Across(group, queries), key -> group.across(queries));
    }

    /** [n, h, Q, L]. */
    private Tensor probabilities(Attention<Tensor> attention, SequenceGroup group, Tensor query, Tensor key) {
        Tensor products = products(attention, group, query, key);
        return torch.softmax(hidden(attention, group).map(products::add).orElse(products), 3);
    }

    /** What is added to products so that no query sees what its mask hides, [n, 1, Q, L]; empty if nothing is hidden. */
    private Optional<Tensor> hidden(Attention<Tensor> attention, SequenceGroup group) {
        if (!group.hides(attention.mask())) {
            return Optional.empty();
        }
        return Optional.of(made.computeIfAbsent(
                new Hidden(group, attention.mask(), attention.queries()),
                key -> group.hidden(attention.mask(), attention.queries()).to(productType(attention))));
    }

    private static ScalarType productType(Attention<Tensor> attention) {
        return attention.query().scalar_type();
    }

    private Tensor queryRows(Attention<Tensor> attention, SequenceGroup group) {
        return attention.queries() == Queries.ALL
                ? keyRows(attention.query(), group)
                : attention.query().index_select(0, group.sequenceRows());
    }

    /** The rows of the group's tokens, [n · L, width]. */
    private Tensor keyRows(Tensor x, SequenceGroup group) {
        if (group.contiguous()) {
            return x.narrow(0, group.firstRow(), (long) group.size() * group.length());
        }
        return x.index_select(0, made.computeIfAbsent(new RowsOf(group), key -> group.rows()));
    }

    /** [n · L, h · d] → [n, h, L, d], with its numbers in that order. */
    private static Tensor heads(Tensor rows, int sequences, int heads) {
        long length = rows.size(0) / sequences;
        return rows.reshape(sequences, length, heads, rows.size(1) / heads)
                .transpose(1, 2)
                .contiguous();
    }

    /** Repeats each key head for the query heads that share it. */
    private static Tensor forAllHeads(Tensor x, int heads) {
        long shared = heads / x.size(1);
        return shared == 1
                ? x
                : x.unsqueeze(2)
                        .expand(x.size(0), x.size(1), shared, x.size(2), x.size(3))
                        .reshape(x.size(0), heads, x.size(2), x.size(3));
    }

    private Tensor products(Attention<Tensor> attention, SequenceGroup group, Tensor query, Tensor key) {
        Scalar scale = new Scalar(attention.scale());
        Optional<RelativeBias<Tensor>> relative = attention.relative();
        if (relative.isEmpty()) {
            return torch.matmul(query.mul(scale), key.transpose(2, 3)); // scaling queries takes fewer products
        }
        if (relative.get() instanceof RelativeBias.AcrossTexts<Tensor> across) {
            Tensor openness = openness(across, group, attention.queries());
            return torch.matmul(query.mul(scale), key.transpose(2, 3))
                    .addcmul(
                            across(group, attention.queries()).to(productType(attention)),
                            openness.to(productType(attention)));
        } else if (relative.get() instanceof RelativeBias.Learned<Tensor> learned) {
            RelativeScores scores = new RelativeScores(group, attention.queries(), learned.buckets());
            return torch.matmul(query.mul(scale), key.transpose(2, 3)).add(scores.learned(learned.table()));
        }
        RelativeBias.Disentangled<Tensor> disentangled = (RelativeBias.Disentangled<Tensor>) relative.get();
        RelativeScores scores = new RelativeScores(group, attention.queries(), disentangled.buckets());
        Tensor sum = torch.matmul(query, key.transpose(2, 3));
        if (disentangled.positionKey().isPresent()) {
            sum = sum.add(scores.ofQueries(query, disentangled.positionKey().get()));
        }
        if (disentangled.positionQuery().isPresent()) {
            sum = sum.add(scores.ofKeys(key, disentangled.positionQuery().get()));
        }
        return sum.mul(scale);
    }
}
