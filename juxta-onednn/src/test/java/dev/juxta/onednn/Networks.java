package dev.juxta.onednn;

import dev.juxta.checkpoint.Weight;
import dev.juxta.engine.PackedBatch;
import dev.juxta.ops.ActivationFunction;
import dev.juxta.ops.Attention;
import dev.juxta.ops.Linear;
import dev.juxta.ops.Norm;
import dev.juxta.ops.Ops;
import dev.juxta.ops.Pooling;
import dev.juxta.ops.PositionBuckets;
import dev.juxta.ops.Program;
import dev.juxta.ops.Recorder;
import dev.juxta.ops.RelativeBias;
import dev.juxta.ops.TokenIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Small networks with random weights, of every kind that an architecture may record. */
final class Networks {

    static final int VOCABULARY = 101;
    static final int POSITIONS = 600;

    private final Random random;

    Networks(long seed) {
        this.random = new Random(seed);
    }

    /** The sizes and kinds of a network. */
    record Shape(
            int layers,
            int heads,
            int keyValueHeads,
            int headWidth,
            int wide,
            Attention.Mask mask,
            Optional<Attention.Rotary> rotary,
            Relative relative,
            boolean gated,
            boolean rms,
            Pooling pooling,
            ActivationFunction activation) {

        int hidden() {
            return heads * headWidth;
        }

        /** DeBERTa's kind: relative positions on both sides. */
        static Shape deberta() {
            return new Shape(
                    2,
                    4,
                    4,
                    32,
                    256,
                    Attention.Mask.FULL,
                    Optional.empty(),
                    Relative.DISENTANGLED,
                    false,
                    false,
                    Pooling.FIRST,
                    ActivationFunction.GELU);
        }

        /** ModernBERT's kind: rotary positions, a window, gated units. */
        static Shape modern() {
            return new Shape(
                    2,
                    4,
                    4,
                    32,
                    192,
                    new Attention.Mask(false, 16),
                    Optional.of(new Attention.Rotary(10_000)),
                    Relative.NONE,
                    true,
                    false,
                    Pooling.MEAN,
                    ActivationFunction.GELU);
        }

        /** A decoder's kind: causal, grouped queries, rotary positions, gated units, RMS norms. */
        static Shape decoder() {
            return new Shape(
                    2,
                    4,
                    2,
                    32,
                    192,
                    new Attention.Mask(true, Attention.Mask.NO_WINDOW),
                    Optional.of(new Attention.Rotary(10_000)),
                    Relative.NONE,
                    true,
                    true,
                    Pooling.LAST,
                    ActivationFunction.SILU);
        }

        static Shape bert(int layers, int heads, int headWidth, int wide) {
            return new Shape(
                    layers,
                    heads,
                    heads,
                    headWidth,
                    wide,
                    Attention.Mask.FULL,
                    Optional.empty(),
                    Relative.NONE,
                    false,
                    false,
                    Pooling.FIRST,
                    ActivationFunction.GELU);
        }
    }

    enum Relative {
        NONE,
        LEARNED,
        DISENTANGLED
    }

    Program program(Shape shape) {
        return Recorder.record(ops -> forward(ops, shape));
    }

    private <V> V forward(Ops<V> ops, Shape shape) {
        int hidden = shape.hidden();
        V x = ops.add(
                ops.add(
                        ops.embedding(weight(1, VOCABULARY, hidden), TokenIndex.ID),
                        ops.embedding(weight(1, 2, hidden), TokenIndex.SEGMENT)),
                ops.embedding(weight(1, POSITIONS, hidden), TokenIndex.POSITION));
        x = norm(ops, x, shape);
        for (int layer = 0; layer < shape.layers(); layer++) {
            V query = linear(ops, x, hidden, hidden);
            V key = linear(ops, x, hidden, shape.keyValueHeads() * shape.headWidth());
            V value = linear(ops, x, hidden, shape.keyValueHeads() * shape.headWidth());
            V context = ops.attention(new Attention<>(
                    query,
                    key,
                    value,
                    shape.heads(),
                    shape.keyValueHeads(),
                    (float) (1 / Math.sqrt(shape.headWidth())),
                    shape.mask(),
                    shape.rotary(),
                    relative(ops, shape),
                    Attention.Queries.ALL));
            x = norm(ops, ops.add(linear(ops, context, hidden, hidden), x), shape);
            V inner;
            if (shape.gated()) {
                V both = linear(ops, x, hidden, 2 * shape.wide());
                inner = ops.multiply(
                        ops.activation(ops.columns(both, 0, shape.wide()), shape.activation()),
                        ops.columns(both, shape.wide(), 2 * shape.wide()));
            } else {
                inner = ops.activation(linear(ops, x, hidden, shape.wide()), shape.activation());
            }
            x = norm(ops, ops.add(x, linear(ops, inner, shape.wide(), hidden)), shape);
        }
        V pooled = ops.activation(linear(ops, ops.pool(x, shape.pooling()), hidden, hidden), ActivationFunction.TANH);
        return linear(ops, ops.normalize(pooled), hidden, 3);
    }

    private <V> Optional<RelativeBias<V>> relative(Ops<V> ops, Shape shape) {
        PositionBuckets buckets = new PositionBuckets() {
            @Override
            public int count() {
                return 17;
            }

            @Override
            public int row(int distance) {
                return Math.max(0, Math.min(16, distance + 8));
            }
        };
        return switch (shape.relative()) {
            case NONE -> Optional.empty();
            case LEARNED ->
                Optional.of(new RelativeBias.Learned<>(ops.constant(weight(1, 17, shape.heads())), buckets));
            case DISENTANGLED -> {
                V table = ops.constant(weight(1, 17, shape.hidden()));
                yield Optional.of(new RelativeBias.Disentangled<>(
                        Optional.of(linear(ops, table, shape.hidden(), shape.hidden())),
                        Optional.of(linear(ops, table, shape.hidden(), shape.hidden())),
                        buckets));
            }
        };
    }

    private <V> V norm(Ops<V> ops, V x, Shape shape) {
        int width = shape.hidden();
        Weight scale = vector(0.2f, 1, width);
        return ops.norm(
                x,
                shape.rms()
                        ? new Norm(Norm.Kind.RMS, scale, Optional.empty(), 1e-6f)
                        : Norm.layer(scale, Optional.of(vector(0.2f, 0, width)), 1e-12f));
    }

    private <V> V linear(Ops<V> ops, V x, int in, int out) {
        float size = (float) (1 / Math.sqrt(in));
        return ops.linear(x, new Linear(weight(size, out, in), Optional.of(vector(0.1f, 0, out))));
    }

    private Weight weight(float size, int... shape) {
        int count = 1;
        for (int dimension : shape) {
            count *= dimension;
        }
        return Weight.of("random", normal(size, 0, count), shape);
    }

    private Weight vector(float size, float mean, int width) {
        return Weight.of("random", normal(size, mean, width), width);
    }

    private float[] normal(float size, float mean, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = mean + size * (float) random.nextGaussian();
        }
        return values;
    }

    /** Sequences of these lengths with random tokens. */
    List<PackedBatch.Sequence> sequences(int... lengths) {
        List<PackedBatch.Sequence> sequences = new ArrayList<>();
        for (int length : lengths) {
            int[] ids = random.ints(length, 0, VOCABULARY).toArray();
            int[] segments = random.ints(length, 0, 2).toArray();
            int[] positions = new int[length];
            for (int i = 0; i < length; i++) {
                positions[i] = i;
            }
            sequences.add(new PackedBatch.Sequence(ids, segments, positions));
        }
        return sequences;
    }
}
