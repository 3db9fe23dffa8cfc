package dev.juxta.ops;

import dev.juxta.checkpoint.Weight;
import dev.juxta.ops.Value.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Writes down the calls of a forward pass, checking widths and rows as it goes. */
public final class Recorder implements Ops<Value> {

    private final List<Step> steps = new ArrayList<>();

    private Recorder() {}

    /** Records {@code forward} and returns it as a program whose result is the value that {@code forward} returns. */
    public static Program record(Function<Ops<Value>, Value> forward) {
        Recorder recorder = new Recorder();
        Value result = forward.apply(recorder);
        return new Program(recorder.steps, result);
    }

    private Value add(Operation operation, Rows rows, int width) {
        Value output = new Value(steps.size(), rows, width);
        steps.add(new Step(output, operation));
        return output;
    }

    @Override
    public Value embedding(Weight table, TokenIndex index) {
        return add(new Operation.Embedding(table, index), Rows.TOKENS, table.size(1));
    }

    @Override
    public Value constant(Weight weight) {
        return add(new Operation.Constant(weight), new Rows.Fixed(weight.size(0)), weight.size(1));
    }

    @Override
    public Value linear(Value x, Linear layer) {
        requireWidth(x, layer.in(), layer.weight());
        return add(new Operation.Project(x, layer), x.rows(), layer.out());
    }

    @Override
    public Value activation(Value x, ActivationFunction function) {
        return add(new Operation.Activate(x, function), x.rows(), x.width());
    }

    @Override
    public Value norm(Value x, Norm norm) {
        if (x.width() % norm.width() != 0) {
            requireWidth(x, norm.width(), norm.scale());
        }
        return add(new Operation.Normed(x, norm), x.rows(), x.width());
    }

    @Override
    public Value attention(Attention<Value> attention) {
        Value value = attention.value();
        if (attention.heads() % attention.keyValueHeads() != 0
                || attention.query().width() % attention.heads() != 0
                || attention.key().width() % attention.keyValueHeads() != 0
                || value.width() % attention.keyValueHeads() != 0) {
            throw new IllegalArgumentException(attention.heads() + " heads (" + attention.keyValueHeads()
                    + " for keys and values) do not divide the widths "
                    + attention.query().width() + ", "
                    + attention.key().width() + " and " + value.width());
        }
        int width = value.width() / attention.keyValueHeads() * attention.heads();
        return add(new Operation.Attend(attention), attention.query().rows(), width);
    }

    @Override
    public Value add(Value a, Value b) {
        requireSameShape(a, b);
        return add(new Operation.Add(a, b), a.rows(), a.width());
    }

    @Override
    public Value multiply(Value a, Value b) {
        if (b.width() != 1 || !a.rows().equals(b.rows())) {
            requireSameShape(a, b);
        }
        return add(new Operation.Multiply(a, b), a.rows(), a.width());
    }

    @Override
    public Value columns(Value x, int from, int to) {
        if (from < 0 || to <= from || to > x.width()) {
            throw new IllegalArgumentException("Columns " + from + " to " + to + " are not within " + x);
        }
        return add(new Operation.Columns(x, from, to), x.rows(), to - from);
    }

    @Override
    public Value concatenate(List<Value> parts) {
        Value first = parts.get(0);
        for (Value part : parts) {
            if (!part.rows().equals(first.rows())) {
                throw new IllegalArgumentException(first + " and " + part + " differ in rows");
            }
        }
        int width = parts.stream().mapToInt(Value::width).sum();
        return add(new Operation.Concatenate(parts), first.rows(), width);
    }

    @Override
    public Value scale(Value x, float factor) {
        return add(new Operation.Scale(x, factor), x.rows(), x.width());
    }

    @Override
    public Value shift(Value x, int offset) {
        requireTokens(x, "shift");
        return add(new Operation.Shift(x, offset), Rows.TOKENS, x.width());
    }

    private static void requireTokens(Value x, String what) {
        if (!x.rows().equals(Rows.TOKENS)) {
            throw new IllegalArgumentException(x + " has no token rows to " + what);
        }
    }

    @Override
    public Value pool(Value x, Pooling pooling) {
        requireTokens(x, "pool");
        return add(new Operation.Pool(x, pooling), Rows.SEQUENCES, x.width());
    }

    @Override
    public Value normalize(Value x) {
        return add(new Operation.Normalize(x), x.rows(), x.width());
    }

    private static void requireWidth(Value x, int width, Weight weight) {
        if (x.width() != width) {
            throw new IllegalArgumentException(
                    weight + " takes rows of width " + width + ", and gets width " + x.width());
        }
    }

    private static void requireSameShape(Value a, Value b) {
        if (a.width() != b.width() || !a.rows().equals(b.rows())) {
            throw new IllegalArgumentException(a + " and " + b + " differ in shape");
        }
    }
}
