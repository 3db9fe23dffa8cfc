package dev.juxta.model;

import dev.juxta.checkpoint.Weight;
import dev.juxta.checkpoint.Weights;
import dev.juxta.ops.ActivationFunction;
import dev.juxta.ops.Linear;
import dev.juxta.ops.Ops;
import dev.juxta.ops.Pooling;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** One of the modules that sentence-transformers puts behind an encoder. */
sealed interface ChainModule {

    /**
     * What it makes of the module before.
     *
     * @param weights of the whole checkpoint, a module's own under the name of its folder
     */
    <V> V forward(Ops<V> ops, Weights weights, V x);

    /** The folder that its weights lie in, if it has any. */
    default Optional<String> folder() {
        return Optional.empty();
    }

    /** One row for each sequence, in one way or in several side by side: [tokens, hidden] → [sequences, modes · hidden]. */
    record Pool(List<Pooling> modes) implements ChainModule {

        public Pool {
            modes = List.copyOf(modes);
        }

        Pool(Pooling mode) {
            this(List.of(mode));
        }

        @Override
        public <V> V forward(Ops<V> ops, Weights weights, V x) {
            List<V> pooled = modes.stream().map(mode -> ops.pool(x, mode)).toList();
            return pooled.size() == 1 ? pooled.get(0) : ops.concatenate(pooled);
        }
    }

    /**
     * f(x·Wᵀ + b), plus x itself or its projection where there is a residual: [sequences, in] → [sequences, out].
     *
     * @param activation f; empty for the identity
     */
    record Dense(String name, int in, int out, boolean bias, Optional<ActivationFunction> activation, boolean residual)
            implements ChainModule {

        @Override
        public Optional<String> folder() {
            return Optional.of(name);
        }

        @Override
        public <V> V forward(Ops<V> ops, Weights weights, V x) {
            Layers<V> own = new Layers<>(ops, weights.at(name));
            V linear = own.linear("linear", x, in, out, bias);
            V y = activation.isPresent() ? ops.activation(linear, activation.get()) : linear;
            if (!residual) {
                return y;
            }
            return ops.add(y, in == out ? x : own.linear("residual", x, in, out, false));
        }
    }

    /** x·Wᵀ with a matrix that lies among the encoder's own weights: [rows, in] → [rows, out]. */
    record Projection(String name, int in, int out) implements ChainModule {
        @Override
        public <V> V forward(Ops<V> ops, Weights weights, V x) {
            return new Layers<>(ops, weights).linear(name, x, in, out, false);
        }
    }

    /** Layer normalization with PyTorch's own ε: [sequences, width] → [sequences, width]. */
    record LayerNorm(String name, int width) implements ChainModule {
        private static final float EPSILON = 1e-5f;

        @Override
        public Optional<String> folder() {
            return Optional.of(name);
        }

        @Override
        public <V> V forward(Ops<V> ops, Weights weights, V x) {
            return new Layers<>(ops, weights.at(name)).norm("norm", x, width, EPSILON);
        }
    }

    /** Unit length: [sequences, width] → [sequences, width]. */
    record UnitLength() implements ChainModule {
        @Override
        public <V> V forward(Ops<V> ops, Weights weights, V x) {
            return ops.normalize(x);
        }
    }

    /**
     * How much likelier one token is than another to come next (Nogueira et al. 2020, arXiv:2003.06713): the difference of
     * their logits at the last token, or one token's logit alone: [tokens, hidden] → [sequences, 1].
     *
     * @param yes id of the token that means relevant
     * @param no id of the token that means not relevant
     */
    record LogitScore(Generator generator, int yes, OptionalInt no) implements ChainModule {
        @Override
        public <V> V forward(Ops<V> ops, Weights weights, V x) {
            Weight head = generator.vocabularyHead(weights);
            V last = ops.pool(x, Pooling.LAST); // [sequences, hidden]
            return ops.linear(last, new Linear(row(head), Optional.empty()));
        }

        /** The difference of two rows gives the difference of their logits, with one product and no cancellation. */
        private Weight row(Weight head) {
            if (no.isEmpty()) {
                return head.rows(" (true token)", yes);
            }
            float[] both = head.rows("", yes, no.getAsInt()).toFloats(); // [2, hidden]
            int width = head.size(1);
            float[] difference = new float[width];
            for (int i = 0; i < width; i++) {
                difference[i] = both[i] - both[width + i];
            }
            return Weight.of(head.name() + " (true token − false token)", difference, 1, width);
        }
    }
}
