package dev.juxta;

import dev.juxta.engine.Executable;
import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.PackedBatch.Sequence;
import dev.juxta.engine.Workers;
import dev.juxta.model.Architecture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A compiled network, and the way of sequences through it: packed batches hold whole sequences up to a number of tokens.
 *
 * @param architecture what it is
 * @param executable to be closed with it
 * @param workers to be closed with it
 */
record Network(Architecture architecture, Executable executable, Workers workers, Limits limits) {

    /**
     * What bounds its work.
     *
     * @param maxLength tokens per sequence
     * @param batchTokens tokens per batch
     * @param readsSegments whether the model is told which text a token is from
     * @param width numbers in each row of a result: labels, or the dimensions of a vector
     * @param tables what tokens are looked up in
     */
    record Limits(int maxLength, int batchTokens, boolean readsSegments, int width, TableRows tables) {}

    /**
     * Gives what the network makes of each item, one row of {@link Limits#width}, in their order to {@code sink}.
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
        for (int i = 0; i < batch.size(); i++) {
            sink.accept(Arrays.copyOfRange(rows, i * limits.width, (i + 1) * limits.width));
        }
    }

    /** A sequence as an engine reads it. */
    Sequence sequence(int[] ids, int[] segments) {
        return sequence(ids, segments, architecture, limits);
    }

    /** A sequence as an engine reads it. */
    static Sequence sequence(int[] ids, int[] segments, Architecture architecture, Limits limits) {
        int length = architecture.scoredTokens(ids);
        int[] scored = length == ids.length ? ids : Arrays.copyOf(ids, length);
        int[] types = limits.readsSegments ? Arrays.copyOf(segments, length) : new int[length];
        Sequence sequence = new Sequence(scored, types, architecture.positions(scored));
        limits.tables.require(sequence);
        return sequence;
    }

    void close() {
        executable.close();
        workers.close();
    }
}
