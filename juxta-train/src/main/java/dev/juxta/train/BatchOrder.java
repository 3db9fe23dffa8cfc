package dev.juxta.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which examples each step takes. Every epoch is shuffled anew; within a window of many batches examples of about one
 * length are put together, and the batches shuffled again. It follows from the seed alone, so that a resumed run finds its
 * place by its step.
 */
final class BatchOrder {

    /** Batches whose examples are sorted together. */
    private static final int WINDOW = 32;

    private final List<Example> examples;
    private final int batch;
    private final long seed;
    private long epoch = -1;
    private List<List<Example>> batches = List.of();

    BatchOrder(List<Example> examples, int batch, long seed) {
        this.examples = examples;
        this.batch = batch;
        this.seed = seed;
    }

    /** Steps per epoch; the last may have fewer examples. */
    static long stepsPerEpoch(int examples, int batch) {
        return (examples + batch - 1L) / batch;
    }

    /** The examples of a step, from 0. */
    List<Example> step(long step) {
        long perEpoch = stepsPerEpoch(examples.size(), batch);
        if (step / perEpoch != epoch) {
            epoch = step / perEpoch;
            batches = shuffled(new Random(seed * 0x9E3779B97F4A7C15L + epoch));
        }
        return batches.get((int) (step % perEpoch));
    }

    private List<List<Example>> shuffled(Random random) {
        List<Integer> order =
                IntStream.range(0, examples.size()).boxed().collect(Collectors.toCollection(ArrayList::new));
        Collections.shuffle(order, random);
        List<List<Example>> all = new ArrayList<>();
        for (int from = 0; from < order.size(); from += WINDOW * batch) {
            List<Example> window = order.subList(from, Math.min(order.size(), from + WINDOW * batch)).stream()
                    .map(examples::get)
                    .sorted(Comparator.comparingInt(Example::characters))
                    .toList();
            for (int i = 0; i < window.size(); i += batch) {
                all.add(window.subList(i, Math.min(window.size(), i + batch)));
            }
        }
        Collections.shuffle(all, random);
        return all;
    }
}
