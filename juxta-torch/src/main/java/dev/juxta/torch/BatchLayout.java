package dev.juxta.torch;

import dev.juxta.engine.PackedBatch;
import dev.juxta.ops.Pooling;
import dev.juxta.ops.TokenIndex;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * A packed batch as libtorch needs it. Attention, alone of all operations, looks across the tokens of a sequence, and
 * libtorch multiplies batches of equal shape; so sequences of about one length are put together, and only there the
 * shorter ones are filled up: where lengths differ within an eighth, no layer but the attention computes for padding.
 */
final class BatchLayout {

    /** Of a group's longest sequence, the part that its shortest has at least. */
    private static final double LEAST_FILL = 0.875;

    private final PackedBatch batch;
    private final Map<TokenIndex, Tensor> indices = new EnumMap<>(TokenIndex.class);
    private final List<SequenceGroup> groups;

    BatchLayout(PackedBatch batch) {
        this.batch = batch;
        this.groups = groups(batch);
    }

    PackedBatch batch() {
        return batch;
    }

    /** The row of a table for each token, [tokens]. */
    Tensor tokens(TokenIndex index) {
        return indices.computeIfAbsent(
                index,
                which -> Tensors.indices(
                        switch (which) {
                            case ID -> batch.ids();
                            case SEGMENT -> batch.segments();
                            case POSITION -> batch.positions();
                        },
                        batch.tokens()));
    }

    /** How many tokens of each sequence are pooled, [sequences]. */
    Tensor pooledLengths() {
        int[] lengths = IntStream.range(0, batch.sequences())
                .map(i -> batch.length(i) - batch.unpooled()[i])
                .toArray();
        return Tensors.indices(lengths, lengths.length);
    }

    /** The rows of the tokens that are pooled. */
    private IntStream pooledRows() {
        return IntStream.range(0, batch.sequences())
                .flatMap(i -> IntStream.range(batch.offsets()[i] + batch.unpooled()[i], batch.offsets()[i + 1]));
    }

    /** The rows of x [tokens, width] that are pooled. */
    Tensor pooled(Tensor x) {
        int[] rows = pooledRows().toArray();
        return rows.length == batch.tokens() ? x : x.index_select(0, Tensors.indices(rows, rows.length));
    }

    /** What each pooled token is multiplied with before the sum, [pooled tokens, 1]. */
    Tensor weights(Pooling pooling) {
        float[] weights = new float[(int) pooledRows().count()];
        int next = 0;
        for (int i = 0; i < batch.sequences(); i++) {
            float[] own = batch.poolingWeights(pooling, i);
            for (int place = batch.unpooled()[i]; place < own.length; place++) {
                weights[next++] = own[place];
            }
        }
        return Tensors.of(weights, weights.length, 1);
    }

    /** The row of each sequence that a pooling selects, [sequences]. */
    Tensor selected(Pooling pooling) {
        int[] rows = IntStream.range(0, batch.sequences())
                .map(i -> switch (pooling) {
                    case FIRST -> batch.offsets()[i];
                    case FIRST_POOLED -> batch.offsets()[i] + batch.unpooled()[i];
                    case LAST -> batch.offsets()[i + 1] - 1;
                    case MEAN, MEAN_SQRT, WEIGHTED_MEAN, MEAN_OF_FIRST_TEXT, MEAN_OF_SECOND_TEXT, MAX ->
                        throw new IllegalArgumentException(pooling + " selects no row");
                })
                .toArray();
        return Tensors.indices(rows, rows.length);
    }

    /** The row {@code offset} further on, [tokens]; any where that is of another sequence. */
    Tensor shifted(int offset) {
        int[] rows = IntStream.range(0, batch.tokens())
                .map(row -> Math.max(0, Math.min(batch.tokens() - 1, row + offset)))
                .toArray();
        return Tensors.indices(rows, rows.length);
    }

    /** 1 where the row {@code offset} further on is of the same sequence, else 0, [tokens, 1]. */
    Tensor within(int offset) {
        float[] within = new float[batch.tokens()];
        for (int i = 0; i < batch.sequences(); i++) {
            for (int place = 0; place < batch.length(i); place++) {
                int other = place + offset;
                within[batch.offsets()[i] + place] = other >= 0 && other < batch.length(i) ? 1 : 0;
            }
        }
        return Tensors.of(within, within.length, 1);
    }

    List<SequenceGroup> groups() {
        return groups;
    }

    private static List<SequenceGroup> groups(PackedBatch batch) {
        List<Integer> order = IntStream.range(0, batch.sequences())
                .boxed()
                .sorted(Comparator.comparingInt(batch::length).reversed().thenComparing(Comparator.naturalOrder()))
                .toList();
        List<SequenceGroup> groups = new ArrayList<>();
        int from = 0;
        while (from < order.size()) {
            int longest = batch.length(order.get(from));
            int to = from;
            while (to < order.size() && batch.length(order.get(to)) >= longest * LEAST_FILL) {
                to++;
            }
            groups.add(new SequenceGroup(
                    batch, order.subList(from, to).stream().mapToInt(i -> i).toArray(), longest));
            from = to;
        }
        return groups;
    }
}
