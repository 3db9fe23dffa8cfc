package dev.juxta.ops;

import dev.juxta.checkpoint.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** One recorded call of {@link Ops}; its fields are the call's arguments. */
public sealed interface Operation {

    /** The values it reads. */
    List<Value> inputs();

    /** Makes the same call on {@code ops}, with {@code resolve} giving the engine's value for a recorded one. */
    <V> V replay(Ops<V> ops, Function<Value, V> resolve);

    /** The same operation with other inputs. */
    Operation withInputs(Function<Value, Value> replace);

    record Embedding(Weight table, TokenIndex index) implements Operation {
        @Override
        public List<Value> inputs() {
            return List.of();
        }

        @Override
        public <V> V replay(Ops<V> ops, Function<Value, V> resolve) {
            return ops.embedding(table, index);
        }

        @Override
        public Operation withInputs(Function<Value, Value> replace) {
            return this;
        }
    }

    record Constant(Weight weight) implements Operation {
        @Override
        public List<Value> inputs() {
            return List.of();
        }

        @Override
        public <V> V replay(Ops<V> ops, Function<Value, V> resolve) {
            return ops.constant(weight);
        }

        @Override
        public Operation withInputs(Function<Value, Value> replace) {
            return this;
        }
    }

    record Project(Value x, Linear layer) implements Operation {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }

        @Override
        public <V> V replay(Ops<V> ops, Function<Value, V> resolve) {
            return ops.linear(resolve.apply(x), layer);
        }

        @Override
        public Operation withInputs(Function<Value, Value> replace) {
            return new Project(replace.apply(x), layer);
        }
    }

    record Activate(Value x, ActivationFunction function) implements Operation {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }

        @Override
        public <V> V replay(Ops<V> ops, Function<Value, V> resolve) {
            return ops.activation(resolve.apply(x), function);
        }

        @Override
        public Operation withInputs(Function<Value, Value> replace) {
            return new Activate(replace.apply(x), function);
        }
    }

    record Normed(Value x, Norm norm) implements Operation {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }

        @Override
        public <V> V replay(Ops<V> ops, Function<Value, V> resolve) {
            return ops.norm(resolve.apply(x), norm);
        }

        @Override
        public Operation withInputs(Function<Value, Value> replace) {
            return new Normed(replace.apply(x), norm);
        }
    }

    record Attend(Attention<Value> attention) implements Operation {
        @Override
        public List<Value> inputs() {
            List<Value> inputs = new ArrayList<>(List.of(attention.query(), attention.key(), attention.value()));
            attention.relative().ifPresent(bias -> inputs.addAll(biasInputs(bias)));
            return List.copyOf(inputs);
        }

        private static List<Value> biasInputs(RelativeBias<Value> bias) {
            if (bias instanceof RelativeBias.Learned<Value> learned) {
                return List.of(learned.table());
            } else if (bias instanceof RelativeBias.AcrossTexts<Value> across) {
                return List.of(across.openness());
            }
            RelativeBias.Disentangled<Value> disentangled = (RelativeBias.Disentangled<Value>) bias;
            List<Value> inputs = new ArrayList<>();
            disentangled.positionKey().ifPresent(inputs::add);
            disentangled.positionQuery().ifPresent(inputs::add);
            return inputs;
        }

        @Override
        public <V> V replay(Ops<V> ops, Function<Value, V> resolve) {
            return ops.attention(attention.map(resolve));
        }

        @Override
        public Operation withInputs(Function<Value, Value> replace) {
            return new Attend(attention.map(replace));
        }
    }

    record Add(Value a, Value b) implements Operation {
        @Override
        public List<Value> inputs() {
            return List.of(a, b);
        }

        @Override
        public <V> V replay(Ops<V> ops, Function<Value, V> resolve) {
            return ops.add(resolve.apply(a), resolve.apply(b));
        }

        @Override
        public Operation withInputs(Function<Value, Value> replace) {
            return new Add(replace.apply(a), replace.apply(b));
        }
    }

    record Multiply(Value a, Value b) implements Operation {
        @Override
        public List<Value> inputs() {
            return List.of(a, b);
        }

        @Override
        public <V> V replay(Ops<V> ops, Function<Value, V> resolve) {
            return ops.multiply(resolve.apply(a), resolve.apply(b));
        }

        @Override
        public Operation withInputs(Function<Value, Value> replace) {
            return new Multiply(replace.apply(a), replace.apply(b));
        }
    }

    record Columns(Value x, int from, int to) implements Operation {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }

        @Override
        public <V> V replay(Ops<V> ops, Function<Value, V> resolve) {
            return ops.columns(resolve.apply(x), from, to);
        }

        @Override
        public Operation withInputs(Function<Value, Value> replace) {
            return new Columns(replace.apply(x), from, to);
        }
    }

    record Concatenate(List<Value> parts) implements Operation {

        public Concatenate {
            parts = List.copyOf(parts);
        }

        @Override
        public List<Value> inputs() {
            return parts;
        }

        @Override
        public <V> V replay(Ops<V> ops, Function<Value, V> resolve) {
            return ops.concatenate(parts.stream().map(resolve).toList());
        }

        @Override
        public Operation withInputs(Function<Value, Value> replace) {
            return new Concatenate(parts.stream().map(replace).toList());
        }
    }

    record Scale(Value x, float factor) implements Operation {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }

        @Override
        public <V> V replay(Ops<V> ops, Function<Value, V> resolve) {
            return ops.scale(resolve.apply(x), factor);
        }

        @Override
        public Operation withInputs(Function<Value, Value> replace) {
            return new Scale(replace.apply(x), factor);
        }
    }

    record Shift(Value x, int offset) implements Operation {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }

        @Override
        public <V> V replay(Ops<V> ops, Function<Value, V> resolve) {
            return ops.shift(resolve.apply(x), offset);
        }

        @Override
        public Operation withInputs(Function<Value, Value> replace) {
            return new Shift(replace.apply(x), offset);
        }
    }

    record Pool(Value x, Pooling pooling) implements Operation {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }

        @Override
        public <V> V replay(Ops<V> ops, Function<Value, V> resolve) {
            return ops.pool(resolve.apply(x), pooling);
        }

        @Override
        public Operation withInputs(Function<Value, Value> replace) {
            return new Pool(replace.apply(x), pooling);
        }
    }

    record Normalize(Value x) implements Operation {
        @Override
        public List<Value> inputs() {
            return List.of(x);
        }

        @Override
        public <V> V replay(Ops<V> ops, Function<Value, V> resolve) {
            return ops.normalize(resolve.apply(x));
        }

        @Override
        public Operation withInputs(Function<Value, Value> replace) {
            return new Normalize(replace.apply(x));
        }
    }
}
