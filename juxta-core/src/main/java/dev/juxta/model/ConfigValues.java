package dev.juxta.model;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.model.Architecture.Shape;
import dev.juxta.ops.ActivationFunction;

/** Values that most {@code config.json} files have under the same keys, with the bounds of what can be meant. */
final class ConfigValues {

    static final int LARGEST_WIDTH = 1 << 20;
    static final int LARGEST_TABLE = 1 << 26;
    private static final int MOST_LAYERS = 10_000;

    private ConfigValues() {}

    /** The shape under BERT's key names. */
    static Shape shape(JsonFile config) throws CheckpointException {
        int hidden = config.requireInteger("hidden_size", 1, LARGEST_WIDTH);
        int heads = config.requireInteger("num_attention_heads", 1, LARGEST_WIDTH);
        if (hidden % heads != 0) {
            throw new CheckpointException(config.file() + ": \"hidden_size\" " + hidden
                    + " is not a multiple of \"num_attention_heads\" " + heads);
        }
        return new Shape(
                config.requireInteger("num_hidden_layers", 1, MOST_LAYERS),
                hidden,
                heads,
                config.requireInteger("intermediate_size", 1, LARGEST_WIDTH),
                config.requireInteger("vocab_size", 1, LARGEST_TABLE),
                config.requireInteger("max_position_embeddings", 1, LARGEST_TABLE));
    }

    /** What a normalization adds to the variance at {@code key}; without bounds, a damaged one gives NaN as a score. */
    static float epsilon(JsonFile config, String key, double otherwise) throws CheckpointException {
        double epsilon = config.number(key).orElse(otherwise);
        if (!(epsilon >= 0 && epsilon <= 1)) {
            throw new CheckpointException(
                    config.file() + ": \"" + key + "\" must be a number from 0 to 1, and is " + epsilon);
        }
        return (float) epsilon;
    }

    /** The activation function named at {@code key}. */
    static ActivationFunction activation(JsonFile config, String key, String otherwise) throws CheckpointException {
        try {
            return ActivationFunction.named(config.text(key).orElse(otherwise));
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(config.file() + ": " + e.getMessage(), e);
        }
    }
}
