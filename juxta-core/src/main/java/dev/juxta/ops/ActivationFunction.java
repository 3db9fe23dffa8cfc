package dev.juxta.ops;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The element-wise functions inside a network, under the names that {@code config.json} gives them. */
public enum ActivationFunction {
    /** x·Φ(x) with the error function (Hendrycks and Gimpel 2016, arXiv:1606.08415) */
    GELU("gelu"),
    /** its approximation 0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))) */
    GELU_TANH("gelu_new", "gelu_pytorch_tanh", "gelu_fast"),
    RELU("relu"),
    TANH("tanh"),
    /** x·σ(x) */
    SILU("silu", "swish"),
    SIGMOID("sigmoid");

    @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable, though its type does not say so
    private final List<String> configNames;

    ActivationFunction(String... configNames) {
        this.configNames = List.of(configNames);
    }

    /**
     * The function that {@code config.json} calls {@code name}.
     *
     * @throws IllegalArgumentException if no function has this name; the message lists those there are
     */
    public static ActivationFunction named(String name) {
        for (ActivationFunction function : values()) {
            if (function.configNames.contains(name)) {
                return function;
            }
        }
        String known = Arrays.stream(values())
                .flatMap(function -> function.configNames.stream())
                .collect(Collectors.joining(", "));
        throw new IllegalArgumentException("hidden_act \"" + name + "\" is not supported; supported are " + known);
    }
}
