package dev.juxta.model;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.model.Architecture.Shape;
import dev.juxta.ops.ActivationFunction;
import java.util.Optional;

/** Values that most {@code config.json} files have under the same keys, with the bounds of what can be meant. */
final class ConfigValues {

    static final int LARGEST_WIDTH = 1 << 20;
    static final int LARGEST_TABLE = 1 << 26;
    private static final int MOST_LAYERS = 10_000;
    private static final Keys BERT_KEYS =
            new Keys("num_hidden_layers", "hidden_size", "num_attention_heads", "intermediate_size");

    /** The names of a transformer's measures. */
    record Keys(String layers, String hidden, String heads, String intermediate) {}

    private ConfigValues() {}

    /** The shape under BERT's key names. */
    static Shape shape(JsonFile config) throws CheckpointException {
        return shape(config, BERT_KEYS);
    }

    /** The shape under these key names, with heads that share out the hidden width. */
    static Shape shape(JsonFile config, Keys keys) throws CheckpointException {
        Shape shape = shapeOfAnyHeads(config, keys);
        if (shape.hidden() % shape.heads() != 0) {
            throw new CheckpointException(config.file() + ": \"" + keys.hidden + "\" " + shape.hidden()
                    + " is not a multiple of \"" + keys.heads + "\" " + shape.heads());
        }
        return shape;
    }

    /** The shape under BERT's key names, with heads of any width. */
    static Shape shapeOfAnyHeads(JsonFile config) throws CheckpointException {
        return shapeOfAnyHeads(config, BERT_KEYS);
    }

    private static Shape shapeOfAnyHeads(JsonFile config, Keys keys) throws CheckpointException {
        return new Shape(
                config.requireInteger(keys.layers, 1, MOST_LAYERS),
                config.requireInteger(keys.hidden, 1, LARGEST_WIDTH),
                config.requireInteger(keys.heads, 1, LARGEST_WIDTH),
                config.requireInteger(keys.intermediate, 1, LARGEST_WIDTH),
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

    /** The same shape for sequences of at most {@code maxTokens}. */
    static Shape withMaxTokens(Shape shape, int maxTokens) {
        return new Shape(
                shape.layers(), shape.hidden(), shape.heads(), shape.intermediate(), shape.vocabulary(), maxTokens);
    }

    /** The activation function named at {@code key}. */
    static ActivationFunction activation(JsonFile config, String key, String otherwise) throws CheckpointException {
        try {
            return ActivationFunction.named(config.text(key).orElse(otherwise));
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(config.file() + ": " + e.getMessage(), e);
        }
    }

    /** The rows of the segment table, of which the families that have one assume two. */
    static int segments(JsonFile config) throws CheckpointException {
        return config.integer("type_vocab_size", 1, LARGEST_WIDTH).orElse(2);
    }

    /** Refuses the relative positions that BERT-like configurations can ask for. */
    static void requireAbsolutePositions(JsonFile config, String modelType) throws CheckpointException {
        Optional<String> positions = config.text("position_embedding_type");
        if (positions.isPresent() && !positions.get().equals("absolute")) {
            throw new CheckpointException(config.file() + ": \"position_embedding_type\" is \"" + positions.get()
                    + "\"; only \"absolute\" is supported for " + modelType);
        }
    }
}
