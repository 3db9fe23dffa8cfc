package dev.juxta.model;

import dev.juxta.checkpoint.Weight;
import dev.juxta.checkpoint.Weights;
import dev.juxta.ops.ActivationFunction;
import dev.juxta.ops.Linear;
import dev.juxta.ops.Norm;
import dev.juxta.ops.Norm.Kind;
import dev.juxta.ops.Ops;
import dev.juxta.ops.TokenIndex;
import java.util.Optional;

/**
 * The operations of a forward pass with the weights of one scope, so that {@code layers.at("attention").linear("query",
 * x, 384, 384)} reads {@code attention.query.weight} and {@code attention.query.bias}.
 *
 * @param ops what is written on
 * @param weights the scope
 */
record Layers<V>(Ops<V> ops, Weights weights) {

    /** The layers within {@code scope}. */
    Layers<V> at(String scope) {
        return new Layers<>(ops, weights.at(scope));
    }

    /** The table [rows, width] looked up for each token: [tokens, width]. */
    V embedding(String name, TokenIndex index, int rows, int width) {
        return ops.embedding(weights.at(name).require("weight", rows, width), index);
    }

    /** x·Wᵀ + b: [rows, in] → [rows, out]. */
    V linear(String name, V x, int in, int out) {
        return linear(name, x, in, out, true);
    }

    /** x·Wᵀ, plus b where there is a bias: [rows, in] → [rows, out]. */
    V linear(String name, V x, int in, int out, boolean bias) {
        Weights own = weights.at(name);
        return ops.linear(
                x,
                new Linear(
                        own.require("weight", out, in),
                        bias ? Optional.of(own.require("bias", out)) : Optional.empty()));
    }

    /** f(x·Wᵀ + b): [rows, in] → [rows, out]. */
    V dense(String name, V x, int in, int out, ActivationFunction function) {
        return ops.activation(linear(name, x, in, out), function);
    }

    /** Layer normalization with γ and β: [rows, width] → [rows, width]. */
    V norm(String name, V x, int width, float epsilon) {
        return norm(name, x, width, epsilon, true);
    }

    /** Layer normalization with γ, and β where there is a bias: [rows, width] → [rows, width]. */
    V norm(String name, V x, int width, float epsilon, boolean bias) {
        Weights own = weights.at(name);
        return ops.norm(
                x,
                Norm.layer(
                        own.require("weight", width),
                        bias ? Optional.of(own.require("bias", width)) : Optional.empty(),
                        epsilon));
    }

    /** Division by the root of the mean square, over each {@code width} columns of a row. */
    V rms(String name, V x, int width, float epsilon) {
        return ops.norm(x, new Norm(Kind.RMS, weights.at(name).require("weight", width), Optional.empty(), epsilon));
    }

    /** The same by a γ that is kept as what it is more than 1, as Gemma does. */
    V rmsAboveOne(String name, V x, int width, float epsilon) {
        Weight more = weights.at(name).require("weight", width); // γ − 1
        float[] scale = more.toFloats();
        for (int i = 0; i < scale.length; i++) {
            scale[i] += 1;
        }
        Weight whole = Weight.of(more.name() + " (+ 1)", scale, width);
        return ops.norm(x, new Norm(Kind.RMS, whole, Optional.empty(), epsilon));
    }

    /** A gated unit (Shazeer 2020, arXiv:2002.05202) in LLaMA's names: [rows, hidden] → [rows, hidden]. */
    V gatedUnit(V x, int hidden, int wide, ActivationFunction function, boolean bias) {
        V gate = ops.activation(linear("gate_proj", x, hidden, wide, bias), function);
        V up = linear("up_proj", x, hidden, wide, bias); // [rows, wide]
        return linear("down_proj", ops.multiply(gate, up), wide, hidden, bias);
    }
}
