package dev.juxta.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What turns logits into the values that a model reports. It runs in double precision, after the network. */
public enum OutputActivation {
    /** σ(x), from 0 to 1; a probability only if the model was trained or calibrated for that */
    SIGMOID("Sigmoid") {
        @Override
        public float[] apply(float[] logits) {
            return map(logits, x -> 1 / (1 + Math.exp(-x)));
        }
    },
    IDENTITY("Identity") {
        @Override
        public float[] apply(float[] logits) {
            return logits.clone();
        }
    },
    TANH("Tanh") {
        @Override
        public float[] apply(float[] logits) {
            return map(logits, Math::tanh);
        }
    },
    RELU("ReLU") {
        @Override
        public float[] apply(float[] logits) {
            return map(logits, x -> Math.max(0, x));
        }
    },
    SOFTPLUS("Softplus") {
        @Override
        public float[] apply(float[] logits) {
            return map(logits, x -> Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x))));
        }
    },
    /** log σ(x) */
    LOGSIGMOID("LogSigmoid") {
        @Override
        public float[] apply(float[] logits) {
            return map(logits, x -> Math.min(0, x) - Math.log1p(Math.exp(-Math.abs(x))));
        }
    },
    /** e^x over its sum across the labels */
    SOFTMAX("Softmax") {
        @Override
        public float[] apply(float[] logits) {
            double max = Double.NEGATIVE_INFINITY;
            for (float logit : logits) {
                max = Math.max(max, logit);
            }
            double sum = 0;
            for (float logit : logits) {
                sum += Math.exp(logit - max);
            }
            double shift = max + Math.log(sum);
            return map(logits, x -> Math.exp(x - shift));
        }
    };

    /** A function of one number. */
    private interface Elementwise {
        double apply(double x);
    }

    private final String torchClass;

    OutputActivation(String torchClass) {
        this.torchClass = torchClass;
    }

    /**
     * The values for the logits of one pair.
     *
     * @param logits [labels]
     * @return [labels]
     */
    public abstract float[] apply(float[] logits);

    private static float[] map(float[] logits, Elementwise function) {
        float[] values = new float[logits.length];
        for (int i = 0; i < logits.length; i++) {
            values[i] = (float) function.apply(logits[i]);
        }
        return values;
    }

    /**
     * Reads a name as users write it ({@code sigmoid}) or as checkpoints do ({@code torch.nn.modules.activation.Sigmoid}).
     *
     * @throws IllegalArgumentException for any other name, listing those there are
     */
    public static OutputActivation named(String name) {
        return ofTorch(name)
                .or(() -> Arrays.stream(values())
                        .filter(activation -> activation.toString().equals(name.toLowerCase(Locale.ROOT)))
                        .findFirst())
                .orElseThrow(() -> new IllegalArgumentException("The activation \"" + name
                        + "\" is not supported; supported are "
                        + Arrays.stream(values())
                                .map(OutputActivation::toString)
                                .collect(Collectors.joining(", "))));
    }

    /** The activation that {@code torch.….Class} names, if it is one of these. */
    static Optional<OutputActivation> ofTorch(String path) {
        String simpleName = path.substring(path.lastIndexOf('.') + 1);
        return Arrays.stream(values())
                .filter(activation -> path.startsWith("torch.") && activation.torchClass.equals(simpleName))
                .findFirst();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
