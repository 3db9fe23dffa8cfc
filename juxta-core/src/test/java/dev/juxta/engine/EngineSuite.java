package dev.juxta.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.juxta.ops.ActivationFunction;
import dev.juxta.ops.Attention;
import dev.juxta.ops.Attention.Mask;
import dev.juxta.ops.Norm;
import dev.juxta.ops.Ops;
import dev.juxta.ops.Pooling;
import dev.juxta.ops.Program;
import dev.juxta.ops.Recorder;
import dev.juxta.ops.TokenIndex;
import dev.juxta.ops.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Programs at odd sizes that use every operation in every form, for every engine to be held to. */
public final class EngineSuite {

    private static final int VOCABULARY = 50;
    private static final int[] LENGTHS = {1, 7, 130, 2, 33, 1, 64};

    private EngineSuite() {}

    /**
     * A program, a batch, and what comes out.
     *
     * @param name what it is about
     */
    public record Case(String name, Program program, PackedBatch batch) {

        /** The result by {@link FormulaOps}. */
        public float[] expected() {
            double[][] rows = program.run(new FormulaOps(batch));
            float[] flat = new float[rows.length * rows[0].length];
            for (int i = 0; i < flat.length; i++) {
                flat[i] = (float) rows[i / rows[0].length][i % rows[0].length];
            }
            return flat;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** What an architecture would write. */
    interface Forward {
        Value apply(Ops<Value> ops, RandomWeights weights);
    }

    /** All cases. */
    public static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Pooling pooling : Pooling.values()) {
            add(cases, "layer then " + pooling, (ops, w) -> ops.pool(layer(ops, w, embed(ops, w, 24), 3), pooling));
        }
        for (ActivationFunction function : ActivationFunction.values()) {
            add(
                    cases,
                    function.name(),
                    (ops, w) -> ops.activation(ops.linear(embed(ops, w, 20), w.linear(20, 37)), function));
        }
        add(cases, "all tokens", (ops, w) -> layer(ops, w, embed(ops, w, 20), 5));
        add(cases, "rms norm, no shift", (ops, w) -> {
            Norm norm = new Norm(Norm.Kind.RMS, w.weight(19), Optional.empty(), 1e-3f);
            return ops.norm(embed(ops, w, 19), norm);
        });
        for (Norm.Kind kind : Norm.Kind.values()) {
            add(cases, kind + " norm of each head", (ops, w) -> {
                Norm norm = new Norm(kind, w.weight(9), Optional.empty(), 1e-3f);
                return ops.norm(ops.linear(embed(ops, w, 20), w.linear(20, 27)), norm);
            });
        }
        add(cases, "gated unit", (ops, w) -> {
            Value both = ops.linear(embed(ops, w, 16), w.linear(16, 46));
            Value gate = ops.activation(ops.columns(both, 0, 23), ActivationFunction.GELU);
            return ops.linear(ops.multiply(gate, ops.columns(both, 23, 46)), w.linear(23, 5));
        });
        add(cases, "gated unit of two products", (ops, w) -> {
            Value x = embed(ops, w, 16);
            Value gate = ops.activation(ops.linear(x, w.linear(16, 23)), ActivationFunction.SILU);
            Value up = ops.linear(x, w.linear(16, 23));
            return ops.add(x, ops.linear(ops.multiply(gate, up), w.linear(23, 16)));
        });
        add(cases, "columns of a product that overlap", (ops, w) -> {
            Value all = ops.linear(embed(ops, w, 16), w.linear(16, 30));
            return ops.multiply(ops.columns(all, 0, 17), ops.columns(all, 11, 28));
        });
        add(cases, "what first texts find", (ops, w) -> {
            Value x = embed(ops, w, 24);
            Value found = ops.attention(Attention.full(x, x, x, 3, 8));
            return ops.pool(ops.linear(ops.multiply(x, found), w.linear(24, 5)), Pooling.MEAN_OF_FIRST_TEXT);
        });
        add(cases, "rows times what each weighs", (ops, w) -> {
            Value x = embed(ops, w, 24);
            return ops.multiply(layer(ops, w, x, 3), ops.linear(x, w.linear(24, 1)));
        });
        add(cases, "words times what each weighs", (ops, w) -> {
            Value weight = ops.embedding(w.weight(VOCABULARY, 1), TokenIndex.ID);
            Value weighed = ops.multiply(embed(ops, w, 11), weight);
            return ops.normalize(ops.pool(weighed, Pooling.MEAN));
        });
        add(cases, "unit length", (ops, w) -> ops.normalize(ops.pool(embed(ops, w, 11), Pooling.MEAN)));
        add(cases, "several poolings side by side", (ops, w) -> {
            Value x = layer(ops, w, embed(ops, w, 24), 3);
            Value pooled = ops.concatenate(Stream.of(Pooling.FIRST, Pooling.MAX, Pooling.LAST, Pooling.WEIGHTED_MEAN)
                    .map(pooling -> ops.pool(x, pooling))
                    .toList());
            return ops.linear(pooled, w.linear(96, 5));
        });
        add(cases, "scaled embeddings", (ops, w) -> ops.linear(ops.scale(embed(ops, w, 19), 4.5f), w.linear(19, 7)));
        addConvolutions(cases);
        AttentionCases.add(cases);
        addUnpooled(cases);
        addPartlyAttended(cases);
        AttentionCases.addLong(cases);
        return cases.stream();
    }

    /** Products of neighbours, below a layer and a selected token. */
    private static void addConvolutions(List<Case> cases) {
        for (int[] offsets : new int[][] {{-1, 0, 1}, {-2, 5}, {140}}) {
            add(cases, "convolution " + Arrays.toString(offsets), (ops, w) -> {
                Value x = embed(ops, w, 24);
                Value near = ops.concatenate(
                        IntStream.of(offsets).mapToObj(o -> ops.shift(x, o)).toList());
                Value convolved =
                        ops.activation(ops.linear(near, w.linear(24 * offsets.length, 24)), ActivationFunction.TANH);
                return ops.pool(ops.norm(ops.add(convolved, layer(ops, w, x, 3)), w.norm(24)), Pooling.FIRST);
            });
        }
        add(cases, "shift, all tokens", (ops, w) -> ops.shift(embed(ops, w, 9), -3));
    }

    /** The poolings of sequences whose first tokens are not pooled, as prompts that a model leaves out. */
    private static void addUnpooled(List<Case> cases) {
        for (Case whole : List.copyOf(cases)) {
            if (whole.name.startsWith("layer then ")) {
                Random random = new Random(whole.name.hashCode());
                PackedBatch batch = batch(random, LENGTHS, length -> length, length -> length / 3);
                cases.add(new Case(whole.name + " but the first tokens", whole.program, batch));
            }
        }
    }

    static Value embed(Ops<Value> ops, RandomWeights w, int width) {
        Value tokens = ops.embedding(w.weight(VOCABULARY, width), TokenIndex.ID);
        Value segments = ops.embedding(w.weight(2, width), TokenIndex.SEGMENT);
        Value positions = ops.embedding(w.weight(400, width), TokenIndex.POSITION);
        return ops.norm(ops.add(ops.add(tokens, segments), positions), w.norm(width));
    }

    private static Value layer(Ops<Value> ops, RandomWeights w, Value x, int heads) {
        int width = heads * 8;
        Value query = ops.linear(x, w.linear(x.width(), width));
        Value key = ops.linear(x, w.linear(x.width(), width));
        Value value = ops.linear(x, w.linear(x.width(), width));
        Value context = ops.attention(Attention.full(query, key, value, heads, 8));
        Value attended = ops.norm(ops.add(ops.linear(context, w.linear(width, x.width())), x), w.norm(x.width()));
        Value inner = ops.activation(ops.linear(attended, w.linear(x.width(), 51)), ActivationFunction.GELU);
        return ops.norm(ops.add(ops.linear(inner, w.linear(51, x.width())), attended), w.norm(x.width()));
    }

    static void add(List<Case> cases, String name, Forward forward) {
        add(cases, name, LENGTHS, forward);
    }

    static void add(List<Case> cases, String name, int[] lengths, Forward forward) {
        Random random = new Random(name.hashCode());
        RandomWeights weights = new RandomWeights(random);
        Program program = Recorder.record(ops -> forward.apply(ops, weights));
        cases.add(new Case(name, program, batch(random, lengths)));
    }

    private static PackedBatch batch(Random random, int[] lengths) {
        return batch(random, lengths, length -> length, length -> 0);
    }

    private static PackedBatch batch(
            Random random, int[] lengths, IntUnaryOperator attended, IntUnaryOperator unpooled) {
        return PackedBatch.of(IntStream.of(lengths)
                .mapToObj(length -> new PackedBatch.Sequence(
                        random.ints(length, 0, VOCABULARY).toArray(),
                        random.ints(length, 0, 2).toArray(),
                        IntStream.range(0, length).toArray(),
                        attended.applyAsInt(length),
                        unpooled.applyAsInt(length)))
                .toList());
    }

    /** The same program over sequences whose last third is not attended to, as the masks behind a ColBERT query. */
    private static void addPartlyAttended(List<Case> cases) {
        for (Case full : List.copyOf(cases)) {
            if (full.name.startsWith("attention Mask[causal=false, window=" + Mask.NO_WINDOW + "]")
                    || full.name.startsWith("disentangled")
                    || full.name.startsWith("all tokens")) {
                Random random = new Random(full.name.hashCode());
                PackedBatch batch = batch(random, LENGTHS, length -> length - length / 3, length -> 0);
                cases.add(new Case(full.name + ", partly attended", full.program, batch));
            }
        }
    }

    /** Each sequence of a batch as a batch of its own. */
    public static List<PackedBatch> split(PackedBatch batch) {
        return IntStream.range(0, batch.sequences())
                .mapToObj(i -> {
                    int from = batch.offsets()[i];
                    int to = batch.offsets()[i + 1];
                    return PackedBatch.of(List.of(new PackedBatch.Sequence(
                            Arrays.copyOfRange(batch.ids(), from, to),
                            Arrays.copyOfRange(batch.segments(), from, to),
                            Arrays.copyOfRange(batch.positions(), from, to),
                            batch.attended()[i],
                            batch.unpooled()[i])));
                })
                .toList();
    }

    /** Numbers from a standard normal distribution. */
    public static float[] gaussians(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Asserts that all numbers agree within {@code tolerance}. */
    public static void assertClose(float[] found, float[] expected, double tolerance) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.length; i++) {
            assertThat((double) found[i]).as("element %d", i).isCloseTo(expected[i], within(tolerance));
        }
    }
}
