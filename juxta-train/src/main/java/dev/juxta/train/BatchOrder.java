package dev.juxta.train;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Which examples each step takes. Every epoch is shuffled anew; within a window of many batches examples of about one
 * length are put together, and the batches shuffled again. It follows from the seed alone, so that a resumed run finds its
 * place by its step; of the examples it keeps numbers only.
 */
final class BatchOrder {

    /** Batches whose examples are sorted together. */
    private static final int WINDOW = 32;

    private final ExampleSource examples;
    private final int[] characters;
    private final int batch;
    private final long seed;
    private long epoch = -1;
    private List<int[]> batches = List.of(); // numbers of examples

    /**
     * @param characters a measure of each example's length, [examples]
     */
    BatchOrder(ExampleSource examples, int[] characters, int batch, long seed) {
        this.examples = examples;
        this.characters = characters;
        this.batch = batch;
        this.seed = seed;
    }

    /** Steps per epoch; the last may have fewer examples. */
    static long stepsPerEpoch(int examples, int batch) {
        return (examples + batch - 1L) / batch;
    }

    /** The examples of a step, from 0. */
    List<Example> step(long step) throws IOException {
        long perEpoch = stepsPerEpoch(examples.size(), batch);
        if (step / perEpoch != epoch) {
            epoch = step / perEpoch;
            batches = shuffled(new Random(seed * 0x9E3779B97F4A7C15L + epoch));
        }
        List<Example> all = new ArrayList<>();
        for (int number : batches.get((int) (step % perEpoch))) {
            all.add(examples.get(number));
        }
        return all;
    }

    private List<int[]> shuffled(Random random) {
        int[] order = IntStream.range(0, examples.size()).toArray();
        for (int i = order.length; i > 1; i--) {
            int other = random.nextInt(i);
            int last = order[i - 1];
            order[i - 1] = order[other];
            order[other] = last;
        }
        List<int[]> all = new ArrayList<>();
        for (int from = 0; from < order.length; from += WINDOW * batch) {
            int[] window = Arrays.stream(order, from, Math.min(order.length, from + WINDOW * batch))
                    .boxed()
                    .sorted(Comparator.comparingInt(number -> characters[number]))
                    .mapToInt(number -> number)
                    .toArray();
            for (int i = 0; i < window.length; i += batch) {
                all.add(Arrays.copyOfRange(window, i, Math.min(window.length, i + batch)));
            }
        }
        Collections.shuffle(all, random);
        return all;
    }
}
