package dev.juxta.torch;

import dev.juxta.engine.PackedBatch;
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

    /** The lengths of the sequences, [sequences]. */
    Tensor lengths() {
        return Tensors.indices(
                IntStream.range(0, batch.sequences()).map(batch::length).toArray(), batch.sequences());
    }

    /** The rows of the first (or last) token of each sequence, [sequences]. */
    Tensor ends(boolean last) {
        int[] rows = IntStream.range(0, batch.sequences())
                .map(i -> last ? batch.offsets()[i + 1] - 1 : batch.offsets()[i])
                .toArray();
        return Tensors.indices(rows, rows.length);
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
