package dev.juxta.torch;

import dev.juxta.checkpoint.Weight;
import dev.juxta.engine.Precision;
import dev.juxta.ops.ActivationFunction;
import dev.juxta.ops.Attention;
import dev.juxta.ops.Linear;
import dev.juxta.ops.Norm;
import dev.juxta.ops.Ops;
import dev.juxta.ops.Pooling;
import dev.juxta.ops.TokenIndex;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * The operations on one batch, computed as they are called, and written down by autograd where gradients are wanted.
 *
 * <p>In bf16, products take and give bf16 and sum in fp32, weights stay fp32 and are rounded for each pass, and norms
 * compute in fp32, as PyTorch's autocast does it.
 */
final class TorchOps implements Ops<Tensor> {

    private static final float SMALLEST_LENGTH = 1e-12f;

    private final BatchLayout layout;
    private final Parameters parameters;
    private final JointProjections joint;
    private final boolean half;
    private final TorchAttention attention;
    private final Map<Weight, Tensor> rounded = new HashMap<>();
    private @Nullable Read last; // queries, keys and values are made of the same rows

    /**
     * What projections read.
     *
     * @param x as it came
     * @param rows the same in the type of products
     * @param projected what was made of them for projections that have not been asked for yet
     */
    private record Read(Tensor x, Tensor rows, Map<Linear, Tensor> projected) {}

    TorchOps(BatchLayout layout, Parameters parameters, JointProjections joint, Precision precision) {
        this.layout = layout;
        this.parameters = parameters;
        this.joint = joint;
        this.half = precision == Precision.BF16;
        this.attention = new TorchAttention(layout);
    }

    @Override
    public Tensor embedding(Weight table, TokenIndex index) {
        return torch.embedding(parameters.of(table), layout.tokens(index));
    }

    @Override
    public Tensor constant(Weight weight) {
        return parameters.of(weight);
    }

    @Override
    public Tensor linear(Tensor x, Linear layer) {
        Read read = read(x);
        Tensor made = read.projected.remove(layer);
        if (made != null) {
            return made;
        }
        List<Linear> layers = joint.with(layer);
        if (layers.size() == 1) {
            return Products.of(read.rows, product(layer.weight()), bias(layers));
        }
        Tensor weight = torch.cat(vector(layers.stream().map(one -> product(one.weight()))), 0); // [sum of out, in]
        Tensor outputs = Products.of(read.rows, weight, bias(layers)); // [rows, sum of out]
        TensorVector parts =
                outputs.split_with_sizes(layers.stream().mapToLong(Linear::out).toArray(), 1);
        for (int i = 0; i < layers.size(); i++) {
            read.projected.put(layers.get(i), parts.get(i));
        }
        return read.projected.remove(layer);
    }

    private Read read(Tensor x) {
        Read read = last;
        if (read == null || !read.x.equals(x)) {
            read = new Read(x, product(x), new HashMap<>());
            last = read;
        }
        return read;
    }

    /** The biases one after the other, if there are any. */
    private TensorOptional bias(List<Linear> layers) {
        List<Tensor> biases = layers.stream()
                .flatMap(layer -> layer.bias().stream())
                .map(this::product)
                .toList();
        if (biases.isEmpty()) {
            return new TensorOptional();
        }
        return new TensorOptional(biases.size() == 1 ? biases.get(0) : torch.cat(vector(biases.stream()), 0));
    }

    private static TensorVector vector(Stream<Tensor> tensors) {
        return new TensorVector(tensors.toArray(Tensor[]::new));
    }

    /** A weight in the type of products. */
    private Tensor product(Weight weight) {
        return half
                ? rounded.computeIfAbsent(weight, w -> parameters.of(w).to(ScalarType.BFloat16))
                : parameters.of(weight);
    }

    /** Rows in the type of products. */
    private Tensor product(Tensor x) {
        return half ? x.to(ScalarType.BFloat16) : x;
    }

    @Override
    public Tensor activation(Tensor x, ActivationFunction function) {
        return switch (function) {
            case GELU -> torch.gelu(x);
            case GELU_TANH -> torch.gelu(x, "tanh");
            case RELU -> torch.relu(x);
            case TANH -> torch.tanh(x);
            case SILU -> torch.silu(x);
            case SIGMOID -> torch.sigmoid(x);
        };
    }

    @Override
    public Tensor norm(Tensor x, Norm norm) {
        long width = x.size(1);
        long[] run = {norm.width()};
        Tensor rows = x.to(ScalarType.Float).reshape(-1, norm.width());
        TensorOptional scale = new TensorOptional(parameters.of(norm.scale()));
        TensorOptional shift = norm.shift()
                .map(weight -> new TensorOptional(parameters.of(weight)))
                .orElseGet(TensorOptional::new);
        Tensor normed = norm.kind() == Norm.Kind.LAYER
                ? torch.layer_norm(rows, run, scale, shift, norm.epsilon(), false)
                : shifted(torch.rms_norm(rows, run, scale, new DoubleOptional(norm.epsilon())), norm);
        return normed.reshape(-1, width);
    }

    private Tensor shifted(Tensor normed, Norm norm) {
        return norm.shift().isPresent() ? normed.add(parameters.of(norm.shift().get())) : normed;
    }

    @Override
    public Tensor attention(Attention<Tensor> call) {
        return attention.apply(call.map(this::product));
    }

    @Override
    public Tensor add(Tensor a, Tensor b) {
        return a.add(b);
    }

    @Override
    public Tensor multiply(Tensor a, Tensor b) {
        return a.mul(b);
    }

    @Override
    public Tensor columns(Tensor x, int from, int to) {
        return x.narrow(1, from, to - from);
    }

    @Override
    public Tensor pool(Tensor x, Pooling pooling) {
        return switch (pooling) {
            case FIRST, FIRST_POOLED, LAST -> x.index_select(0, layout.selected(pooling));
            case MEAN, MEAN_SQRT, WEIGHTED_MEAN, MEAN_OF_FIRST_TEXT, MEAN_OF_SECOND_TEXT ->
                reduced(layout.pooled(x).mul(layout.weights(pooling)), "sum");
            case MAX -> reduced(layout.pooled(x), "max");
        };
    }

    @Override
    public Tensor concatenate(List<Tensor> parts) {
        return torch.cat(vector(parts.stream()), 1);
    }

    @Override
    public Tensor scale(Tensor x, float factor) {
        return x.mul(new Scalar(factor));
    }

    @Override
    public Tensor shift(Tensor x, int offset) {
        return x.index_select(0, layout.shifted(offset)).mul(layout.within(offset));
    }

    private Tensor reduced(Tensor x, String how) {
        return torch.segment_reduce(
                x.to(ScalarType.Float),
                how,
                new TensorOptional(layout.pooledLengths()),
                new TensorOptional(),
                new TensorOptional(),
                0,
                false,
                new ScalarOptional());
    }

    @Override
    public Tensor normalize(Tensor x) {
        Tensor rows = x.to(ScalarType.Float);
        Tensor length = rows.norm(new ScalarOptional(new Scalar(2.0f)), new long[] {1}, true);
        return rows.div(length.clamp_min(new Scalar(SMALLEST_LENGTH)));
    }
}
