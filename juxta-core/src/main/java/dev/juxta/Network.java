package dev.juxta;

import dev.juxta.engine.Executable;
import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.PackedBatch.Sequence;
import dev.juxta.engine.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A compiled network, and the way of sequences through it: packed batches hold whole sequences up to a number of tokens.
 *
 * @param executable to be closed with it
 * @param workers to be closed with it
 */
record Network(Executable executable, Workers workers, Limits limits) {

    /**
     * What bounds its work.
     *
     * @param maxLength tokens per sequence
     * @param batchTokens tokens per batch
     * @param width numbers in each row of a result: labels, or the dimensions of a vector
     * @param rowPerToken whether a sequence has a row for each of its tokens, and not one
     * @param form how it reads tokens
     */
    record Limits(int maxLength, int batchTokens, int width, boolean rowPerToken, SequenceForm form) {}

    /**
     * Gives what the network makes of each item, one row of {@link Limits#width} or one for each token, in their order to
     * {@code sink}.
     *
     * @param read makes an item the sequence that it is
     */
    <T> void run(List<T> items, Function<T, Sequence> read, Consumer<float[]> sink) {
        List<Sequence> batch = new ArrayList<>();
        long tokens = 0;
        for (T item : items) {
            Sequence sequence = read.apply(item);
            int length = sequence.ids().length;
            if (!batch.isEmpty() && tokens + length > limits.batchTokens) {
                run(batch, sink);
                batch.clear();
                tokens = 0;
            }
            batch.add(sequence);
            tokens += length;
        }
        if (!batch.isEmpty()) {
            run(batch, sink);
        }
    }

    private void run(List<Sequence> batch, Consumer<float[]> sink) {
        float[] rows = executable.run(PackedBatch.of(batch));
        int from = 0;
        for (Sequence sequence : batch) {
            int to = from + limits.width * (limits.rowPerToken ? sequence.ids().length : 1);
            sink.accept(Arrays.copyOfRange(rows, from, to));
            from = to;
        }
    }

    void close() {
        executable.close();
        workers.close();
    }
}
