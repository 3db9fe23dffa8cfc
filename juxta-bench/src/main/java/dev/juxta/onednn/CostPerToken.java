package dev.juxta.onednn;

import dev.juxta.checkpoint.Weight;
import dev.juxta.engine.EngineOptions;
import dev.juxta.engine.Executable;
import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.PackedBatch.Sequence;
import dev.juxta.engine.Precision;
import dev.juxta.ops.ActivationFunction;
import dev.juxta.ops.Attention;
import dev.juxta.ops.Attention.Mask;
import dev.juxta.ops.Linear;
import dev.juxta.ops.Norm;
import dev.juxta.ops.Ops;
import dev.juxta.ops.Pooling;
import dev.juxta.ops.Recorder;
import dev.juxta.ops.TokenIndex;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Microseconds per token from one short sequence to one of 8,192 tokens and to a thousand, on one layer of MiniLM-L6's
 * sizes with full attention and one that sees 64 tokens to either side, as ModernBERT's mostly do. Argument: the
 * precision.
 */
public final class CostPerToken {

    private static final int HEADS = 12;
    private static final int HIDDEN = 384;
    private static final int WIDE = 1536;
    private static final int LONGEST = 8192;
    private static final double LEAST_SECONDS = 1;

    private CostPerToken() {}

    /** Prints the table. */
    public static void main(String[] arguments) {
        Precision precision = Precision.parse(arguments[0]);
        int[][] shapes = {
            {1, 8},
            {1, 32},
            {1, 128},
            {1, 512},
            {1, 2048},
            {1, LONGEST},
            {10, 128},
            {100, 128},
            {1000, 128},
            {1000, 8},
            {100, 8}
        };
        System.out.println("sequences x tokens   full attention   64 to either side   (microseconds per token)");
        try (Executable full = compile(Mask.FULL, precision);
                Executable local = compile(new Mask(false, 64), precision)) {
            for (int[] shape : shapes) {
                PackedBatch batch = batch(shape[0], shape[1]);
                System.out.printf(
                        Locale.ROOT,
                        "%9d x %-6d %16.2f %19.2f%n",
                        shape[0],
                        shape[1],
                        micros(full, batch),
                        micros(local, batch));
            }
        }
    }

    private static double micros(Executable executable, PackedBatch batch) {
        executable.run(batch);
        double best = Double.MAX_VALUE;
        long begin = System.nanoTime();
        do {
            long began = System.nanoTime();
            executable.run(batch);
            best = Math.min(best, (System.nanoTime() - began) / 1e3);
        } while ((System.nanoTime() - begin) / 1e9 < LEAST_SECONDS);
        return best / batch.tokens();
    }

    private static PackedBatch batch(int sequences, int length) {
        int[] positions = IntStream.range(0, length).toArray();
        return PackedBatch.of(
                Collections.nCopies(sequences, new Sequence(new int[length], new int[length], positions)));
    }

    private static Executable compile(Mask mask, Precision precision) {
        return new OneDnnEngine()
                .compile(
                        Recorder.record(ops -> forward(ops, mask, new Random(1))),
                        new EngineOptions(Runtime.getRuntime().availableProcessors(), precision));
    }

    private static <V> V forward(Ops<V> ops, Mask mask, Random random) {
        V x = ops.add(
                ops.embedding(weight(random, 10, HIDDEN), TokenIndex.ID),
                ops.embedding(weight(random, LONGEST, HIDDEN), TokenIndex.POSITION));
        V context = ops.attention(new Attention<>(
                linear(ops, x, random, HIDDEN, HIDDEN),
                linear(ops, x, random, HIDDEN, HIDDEN),
                linear(ops, x, random, HIDDEN, HIDDEN),
                HEADS,
                HEADS,
                (float) (1 / Math.sqrt(HIDDEN / (double) HEADS)),
                mask,
                Optional.empty(),
                Optional.empty(),
                Attention.Queries.ALL));
        x = norm(ops, ops.add(linear(ops, context, random, HIDDEN, HIDDEN), x));
        V inner = ops.activation(linear(ops, x, random, HIDDEN, WIDE), ActivationFunction.GELU);
        x = norm(ops, ops.add(linear(ops, inner, random, WIDE, HIDDEN), x));
        return linear(ops, ops.pool(x, Pooling.MEAN), random, HIDDEN, 1);
    }

    private static <V> V linear(Ops<V> ops, V x, Random random, int in, int out) {
        return ops.linear(x, new Linear(weight(random, out, in), Optional.empty()));
    }

    private static <V> V norm(Ops<V> ops, V x) {
        float[] ones = new float[HIDDEN];
        Arrays.fill(ones, 1);
        return ops.norm(x, Norm.layer(Weight.of("scale", ones, HIDDEN), Optional.empty(), 1e-6f));
    }

    private static Weight weight(Random random, int rows, int columns) {
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() / Math.sqrt(columns));
        }
        return Weight.of("random", values, rows, columns);
    }
}
