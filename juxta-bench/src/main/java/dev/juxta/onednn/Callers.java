package dev.juxta.onednn;

import dev.juxta.CrossEncoder;
import dev.juxta.TextPair;
import dev.juxta.engine.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Loading, the first requests, and pairs per second by the number of callers at once, of one model. Numbers of callers take
 * turns, and the best round of each counts.
 *
 * <p>Arguments: {@code embedded} or a checkpoint's directory, a precision, pairs of a request, tokens of a pair, seconds of
 * a round, rounds.
 */
public final class Callers {

    private static final int[] COUNTS = {1, 2, 8};
    private static final int FIRST_REQUESTS = 20;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;

    private Callers() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        try (CrossEncoder model = BenchModel.load(arguments[0], Precision.parse(arguments[1]), 0)) {
            System.out.printf(Locale.ROOT, "load_ms %.0f%n", (System.nanoTime() - begin) / NANOS_PER_MILLI);
            int size = Integer.parseInt(arguments[2]);
            begin = System.nanoTime();
            TextPair pair = BenchModel.pair(model, Integer.parseInt(arguments[3])); // scores a pair, the first one
            System.out.printf(
                    Locale.ROOT, "the first pair ever: %.1f ms%n", (System.nanoTime() - begin) / NANOS_PER_MILLI);
            List<TextPair> request = Collections.nCopies(size, pair);
            double[] millis = new double[FIRST_REQUESTS];
            for (int i = 0; i < millis.length; i++) {
                begin = System.nanoTime();
                model.score(request);
                millis[i] = (System.nanoTime() - begin) / NANOS_PER_MILLI;
            }
            System.out.printf(
                    Locale.ROOT,
                    "requests of %d pairs: first %.1f ms, second %.1f, third %.1f, median of %d %.1f%n",
                    size,
                    millis[0],
                    millis[1],
                    millis[2],
                    millis.length,
                    Arrays.stream(millis)
                            .sorted()
                            .skip(millis.length / 2)
                            .findFirst()
                            .orElse(0));
            double seconds = Double.parseDouble(arguments[4]);
            double[] best = new double[COUNTS.length];
            for (int round = 0; round < Integer.parseInt(arguments[5]); round++) {
                for (int i = 0; i < COUNTS.length; i++) {
                    best[i] = Math.max(best[i], pairsPerSecond(model, request, COUNTS[i], seconds));
                }
            }
            for (int i = 0; i < COUNTS.length; i++) {
                System.out.printf(Locale.ROOT, "%d callers: %.1f pairs/s%n", COUNTS[i], best[i]);
            }
        }
    }

    private static double pairsPerSecond(CrossEncoder model, List<TextPair> request, int callers, double seconds)
            throws InterruptedException {
        AtomicInteger done = new AtomicInteger();
        long begin = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            Thread thread = new Thread(() -> {
                while ((System.nanoTime() - begin) / NANOS_PER_SECOND < seconds) {
                    done.addAndGet(model.score(request).size());
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return done.get() / ((System.nanoTime() - begin) / NANOS_PER_SECOND);
    }
}
