package dev.juxta.onednn;

import dev.juxta.engine.Precision;
import dev.juxta.onednn.Fusion.Node;
import dev.juxta.ops.Attention;
import dev.juxta.ops.Linear;
import dev.juxta.ops.Operation;
import dev.juxta.ops.Program;
import dev.juxta.ops.Step;
import dev.juxta.ops.Value;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Which types a plan's values take. Products over tokens run in the wanted precision. Those over one row per sequence
 * (a last layer, a pooler) are bound by reading their weights, and near the score, so they are never quantized; the last
 * one, with a few outputs, is computed in fp32.
 */
final class NumberTypes {

    /** Products with at most this many outputs make scores, not features. */
    private static final int FEW_OUTPUTS = 16;

    /** Products to which rounding would add more than this share of their power are not quantized. */
    private static final double MOST_NOISE = 1.5e-3;

    /** The same of products that gain little. */
    private static final double MOST_NOISE_FOR_LITTLE = 2e-4;

    /** Narrower products gain little from bytes where AMX multiplies bf16: half of the time goes into what is around them. */
    private static final int WIDE = 512;

    /** GELU is nowhere below −0.17004, its tanh form not below −0.17005. */
    private static final float GELU_DEPTH = 0.1701f;

    /** x·σ(x) is nowhere below −0.27847. */
    private static final float SILU_DEPTH = 0.2785f;

    private final Precision precision;
    private final List<Node> nodes;
    private final Value result;
    private final Quantization quantization;
    private final Map<Value, Set<NumberType>> demands = new HashMap<>();
    private final Map<Fusion.Product, Quantization.Steps> steps = new HashMap<>();
    private final Map<Value, Node> makers = new HashMap<>();

    NumberTypes(Program program, List<Node> nodes, Precision precision, Quantization quantization) {
        this.precision = precision;
        this.nodes = nodes;
        this.result = program.result();
        this.quantization = quantization;
        for (Node node : nodes) {
            node.outputs().forEach(output -> makers.put(output, node));
        }
        demand(program.result(), NumberType.F32);
        for (int i = nodes.size() - 1; i >= 0; i--) {
            demandInputs(nodes.get(i));
        }
    }

    List<Node> nodes() {
        return nodes;
    }

    /** The types in which a value is read. */
    Set<NumberType> demands(Value value) {
        return demands.getOrDefault(value, Set.of());
    }

    private void demand(Value value, NumberType type) {
        demands.computeIfAbsent(value, v -> EnumSet.noneOf(NumberType.class)).add(type);
    }

    private void demandInputs(Node node) {
        if (node instanceof Fusion.Product product) {
            demand(product.x(), input(product));
            product.gate().ifPresent(value -> demand(value, residual()));
            product.residual().ifPresent(value -> demand(value, residual()));
        } else if (node instanceof Fusion.Plain plain) {
            Operation operation = plain.step().operation();
            if (operation instanceof Operation.Attend attend) {
                Attention<Value> attention = attend.attention();
                NumberType turned = attention.rotary().isPresent() ? NumberType.F32 : attention();
                demand(attention.query(), turned);
                demand(attention.key(), turned);
                demand(attention.value(), attention());
            } else if (operation instanceof Operation.Pool pool) {
                demand(pool.x(), primary(plain.step().output()));
            } else {
                operation.inputs().forEach(value -> demand(value, NumberType.F32));
            }
        }
    }

    /** The type in which a product reads its input. */
    NumberType input(Fusion.Product product) {
        if (precision == Precision.FP32) {
            return NumberType.F32;
        }
        if (!product.x().rows().equals(Value.Rows.TOKENS)) {
            return product.width() <= FEW_OUTPUTS ? NumberType.F32 : half();
        }
        if (precision != Precision.INT8 || product.width() <= FEW_OUTPUTS || !quantization.covers(product.x())) {
            return half();
        }
        Quantization.Steps alone =
                steps.computeIfAbsent(product, p -> quantization.steps(p.x(), p.layers(), offset(p.x())));
        double bound = gains(product.layers().get(0).in(), product.width()) ? MOST_NOISE : MOST_NOISE_FOR_LITTLE;
        return alone.noise() <= bound ? NumberType.U8 : half();
    }

    /** Whether products of this size are much faster in int8 than in the next best format. */
    private static boolean gains(int in, int out) {
        return !Natives.hasAmx() || Math.min(in, out) >= WIDE;
    }

    /** Whether a network's products over tokens are. */
    static boolean gains(Program program) {
        return program.steps().stream()
                .map(Step::operation)
                .filter(Operation.Project.class::isInstance)
                .map(operation -> (Operation.Project) operation)
                .filter(project -> project.x().rows().equals(Value.Rows.TOKENS))
                .anyMatch(project -> gains(project.layer().in(), project.layer().out()));
    }

    /** How a value is rounded, for all who read it so. */
    Quantization.Steps steps(Value value) {
        List<Fusion.Product> readers = quantizedReaders(value);
        if (readers.size() == 1) {
            return Objects.requireNonNull(steps.get(readers.get(0)), "its noise is known");
        }
        List<Linear> layers =
                readers.stream().flatMap(product -> product.layers().stream()).toList();
        return quantization.steps(value, layers, offset(value));
    }

    /**
     * What makes the values of a quantized input nonnegative, where the function that makes them has a known least value
     * and nobody else reads them: then bytes hold them twice as finely as with 0 in their middle. Otherwise 0.
     */
    float offset(Value value) {
        boolean readByProductsOnly = nodes.stream()
                .filter(node -> node.inputs().contains(value))
                .allMatch(node -> node instanceof Fusion.Product product
                        && product.x().equals(value)
                        && !product.gate().equals(Optional.of(value))
                        && !product.residual().equals(Optional.of(value)));
        if (readByProductsOnly
                && !value.equals(result)
                && makers.get(value) instanceof Fusion.Product maker
                && maker.gate().isEmpty()
                && maker.residual().isEmpty()
                && maker.activation().isPresent()) {
            return switch (maker.activation().get()) {
                case GELU, GELU_TANH -> GELU_DEPTH;
                case SILU -> SILU_DEPTH;
                case RELU, SIGMOID, TANH -> 0;
            };
        }
        return 0;
    }

    /** The type in which a residual is added, and a gate multiplied. */
    NumberType residual() {
        return precision == Precision.BF16 ? half() : NumberType.F32;
    }

    /** The type in which an attention reads queries, keys and values. */
    NumberType attention() {
        return precision == Precision.FP32 ? NumberType.F32 : half();
    }

    private static NumberType half() {
        return Natives.hasBf16() ? NumberType.BF16 : NumberType.F32;
    }

    /** The products that read the value as quantized numbers. */
    private List<Fusion.Product> quantizedReaders(Value value) {
        return nodes.stream()
                .filter(Fusion.Product.class::isInstance)
                .map(Fusion.Product.class::cast)
                .filter(product -> product.x().equals(value) && input(product).quantized())
                .toList();
    }

    /** The type in which a node with one output writes it. */
    NumberType primary(Value output) {
        Set<NumberType> wanted = demands(output);
        Node maker = makers.get(output);
        if (maker instanceof Fusion.Plain plain && plain.step().operation() instanceof Operation.Pool pool) {
            return pool.pooling().selects() && wanted.equals(Set.of(NumberType.BF16))
                    ? NumberType.BF16
                    : NumberType.F32;
        }
        return wanted.equals(Set.of(NumberType.BF16)) ? NumberType.BF16 : NumberType.F32;
    }

    /** The type in which a product writes: for most that write narrower numbers than they read oneDNN has no fast code. */
    NumberType primary(Fusion.Product product) {
        Set<NumberType> wanted = EnumSet.noneOf(NumberType.class);
        product.outputs().forEach(output -> wanted.addAll(demands(output)));
        if (wanted.size() != 1) {
            return NumberType.F32;
        }
        NumberType only = wanted.iterator().next();
        boolean direct = switch (only) {
            case U8 -> input(product).quantized() && product.outputs().size() == 1;
            case BF16 -> input(product) != NumberType.F32;
            default -> true;
        };
        return direct ? only : NumberType.F32;
    }

    /** Rounds floats to bf16, to nearest, ties to even. */
    static byte[] toBf16Bytes(float[] floats) {
        byte[] bytes = new byte[floats.length * 2];
        for (int i = 0; i < floats.length; i++) {
            int bits = Float.floatToRawIntBits(floats[i]);
            int upper = (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
            bytes[2 * i] = (byte) upper;
            bytes[2 * i + 1] = (byte) (upper >>> 8);
        }
        return bytes;
    }
}
