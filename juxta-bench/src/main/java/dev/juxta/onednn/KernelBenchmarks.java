package dev.juxta.onednn;

import dev.juxta.ops.ActivationFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The engine's kernels one by one, in the shapes of MiniLM-L6 (hidden 384, 12 heads, feed-forward 1536). */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class KernelBenchmarks {

    private static final int HIDDEN = 384;
    private static final int WIDE = 1536;
    private static final int HEADS = 12;
    private static final int HEAD = HIDDEN / HEADS;

    /** What each thread computes with. */
    @State(Scope.Thread)
    public abstract static class Subject {

        /** Tokens of the batch. */
        @Param({"16", "128", "256"})
        public int rows;

        private final List<Region> operands = new ArrayList<>();
        private Optional<Kernels> kernels = Optional.empty();
        private Optional<Worker> worker = Optional.empty();
        private Optional<KernelSpec> spec = Optional.empty();
        private long[] addresses = {};

        abstract KernelSpec spec();

        /** Bytes of each operand, in the order of the specification. */
        abstract long[] sizes(PackedLayouts layouts);

        /** Makes the kernel. */
        @Setup(Level.Trial)
        public void open() {
            Natives.computeOnThisThreadOnly();
            Kernels made = new Kernels();
            kernels = Optional.of(made);
            worker = Optional.of(new Worker(made, 0));
            spec = Optional.of(spec());
            for (long size : sizes(made.layouts())) {
                operands.add(Region.allocate(size));
            }
            addresses = operands.stream().mapToLong(Region::address).toArray();
        }

        void run() {
            worker.orElseThrow().run(spec.orElseThrow(), addresses);
        }

        /** Frees it. */
        @TearDown(Level.Trial)
        public void close() {
            worker.ifPresent(Worker::close);
            kernels.ifPresent(Kernels::close);
            operands.forEach(Region::close);
            operands.clear();
        }
    }

    /** A product with what is fused into it. */
    public static class Product extends Subject {

        /** Columns of input and output: attention's inputs and output, feed-forward up and down. */
        @Param({"384x1152", "384x384", "384x1536", "1536x384"})
        public String shape = "";

        /** The type of the input; BF16 needs a processor that has it. */
        @Param({"F32", "U8"})
        public String type = "";

        /** What is fused into it. */
        @Param({"nothing", "GELU", "residual"})
        public String fused = "";

        private int in() {
            return Integer.parseInt(shape.split("x", -1)[0]);
        }

        private int out() {
            return Integer.parseInt(shape.split("x", -1)[1]);
        }

        @Override
        KernelSpec spec() {
            NumberType source = NumberType.valueOf(type);
            return new KernelSpec.Product(
                    rows,
                    in(),
                    out(),
                    source,
                    source.quantized() ? NumberType.F32 : source,
                    fused.equals("GELU") ? Optional.of(ActivationFunction.GELU) : Optional.empty(),
                    Optional.empty(),
                    fused.equals("residual") ? Optional.of(NumberType.F32) : Optional.empty(),
                    0,
                    0);
        }

        @Override
        long[] sizes(PackedLayouts layouts) {
            NumberType source = NumberType.valueOf(type);
            List<Long> sizes = new ArrayList<>(List.of(
                    (long) rows * in() * source.bytes(),
                    layouts.of(new PackedLayouts.Key(in(), out(), source)).get_size(),
                    (long) out() * Float.BYTES,
                    (long) rows * out() * Float.BYTES));
            if (source.quantized()) {
                sizes.add((long) out() * Float.BYTES);
            }
            if (fused.equals("residual")) {
                sizes.add((long) rows * out() * Float.BYTES);
            }
            return sizes.stream().mapToLong(Long::longValue).toArray();
        }
    }

    /** Q·Kᵀ of a sequence, all heads. */
    public static class Scores extends Subject {
        @Override
        KernelSpec spec() {
            return new KernelSpec.Batched(
                    "attention scores",
                    HEADS,
                    rows,
                    HEAD,
                    rows,
                    new KernelSpec.Strided(NumberType.F32, HEAD, 3 * HIDDEN, 1),
                    new KernelSpec.Strided(NumberType.F32, HEAD, 1, 3 * HIDDEN),
                    new KernelSpec.Strided(NumberType.F32, (long) rows * rows, rows, 1),
                    true,
                    false,
                    1);
        }

        @Override
        long[] sizes(PackedLayouts layouts) {
            long projected = 3L * rows * HIDDEN * Float.BYTES;
            return new long[] {projected, projected, (long) rows * Float.BYTES, (long) HEADS * rows * rows * Float.BYTES
            };
        }
    }

    /** The softmax of a sequence's scores, all heads. */
    public static class Softmax extends Subject {
        @Override
        KernelSpec spec() {
            return new KernelSpec.Softmax(HEADS * rows, rows, NumberType.F32, NumberType.F32);
        }

        @Override
        long[] sizes(PackedLayouts layouts) {
            long scores = (long) HEADS * rows * rows * Float.BYTES;
            return new long[] {scores, scores};
        }
    }

    /** A layer norm. */
    public static class LayerNorm extends Subject {
        @Override
        KernelSpec spec() {
            return new KernelSpec.Normalization(rows, HIDDEN, NumberType.F32, NumberType.F32, true, false, 1e-12f);
        }

        @Override
        long[] sizes(PackedLayouts layouts) {
            long values = (long) rows * HIDDEN * Float.BYTES;
            return new long[] {values, values, HIDDEN * Float.BYTES, HIDDEN * Float.BYTES};
        }
    }

    /** An activation in a pass of its own. */
    public static class Activation extends Subject {
        /** Which. */
        @Param({"GELU", "GELU_TANH", "SILU"})
        public String function = "";

        @Override
        KernelSpec spec() {
            return new KernelSpec.Elementwise(rows, WIDE, ActivationFunction.valueOf(function));
        }

        @Override
        long[] sizes(PackedLayouts layouts) {
            long values = (long) rows * WIDE * Float.BYTES;
            return new long[] {values, values};
        }
    }

    /** Times {@link Product}. */
    @Benchmark
    public void product(Product subject) {
        subject.run();
    }

    /** Times {@link Scores}. */
    @Benchmark
    public void scores(Scores subject) {
        subject.run();
    }

    /** Times {@link Softmax}. */
    @Benchmark
    public void softmax(Softmax subject) {
        subject.run();
    }

    /** Times {@link LayerNorm}. */
    @Benchmark
    public void layerNorm(LayerNorm subject) {
        subject.run();
    }

    /** Times {@link Activation}. */
    @Benchmark
    public void activation(Activation subject) {
        subject.run();
    }
}
