package dev.juxta.torch;

import dev.juxta.checkpoint.Weight;
import dev.juxta.ops.ActivationFunction;
import dev.juxta.ops.Attention;
import dev.juxta.ops.Linear;
import dev.juxta.ops.Norm;
import dev.juxta.ops.Ops;
import dev.juxta.ops.Pooling;
import dev.juxta.ops.Program;
import dev.juxta.ops.Recorder;
import dev.juxta.ops.TokenIndex;
import java.util.List;
import java.util.function.UnaryOperator;

/** The same operations with other weights. */
record MappedWeights<V>(Ops<V> ops, UnaryOperator<Weight> map) implements Ops<V> {

    /** The same program with other weights. */
    static Program apply(Program program, UnaryOperator<Weight> map) {
        return Recorder.record(ops -> program.run(new MappedWeights<>(ops, map)));
    }

    @Override
    public V embedding(Weight table, TokenIndex index) {
        return ops.embedding(map.apply(table), index);
    }

    @Override
    public V constant(Weight weight) {
        return ops.constant(map.apply(weight));
    }

    @Override
    public V linear(V x, Linear layer) {
        return ops.linear(x, new Linear(map.apply(layer.weight()), layer.bias().map(map)));
    }

    @Override
    public V activation(V x, ActivationFunction function) {
        return ops.activation(x, function);
    }

    @Override
    public V norm(V x, Norm norm) {
        return ops.norm(
                x, new Norm(norm.kind(), map.apply(norm.scale()), norm.shift().map(map), norm.epsilon()));
    }

    @Override
    public V attention(Attention<V> attention) {
        return ops.attention(attention);
    }

    @Override
    public V add(V a, V b) {
        return ops.add(a, b);
    }

    @Override
    public V multiply(V a, V b) {
        return ops.multiply(a, b);
    }

    @Override
    public V columns(V x, int from, int to) {
        return ops.columns(x, from, to);
    }

    @Override
    public V concatenate(List<V> parts) {
        return ops.concatenate(parts);
    }

    @Override
    public V scale(V x, float factor) {
        return ops.scale(x, factor);
    }

    @Override
    public V shift(V x, int offset) {
        return ops.shift(x, offset);
    }

    @Override
    public V pool(V x, Pooling pooling) {
        return ops.pool(x, pooling);
    }

    @Override
    public V normalize(V x) {
        return ops.normalize(x);
    }
}
