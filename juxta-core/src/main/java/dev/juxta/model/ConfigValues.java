package dev.juxta.model;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.model.Architecture.Shape;
import dev.juxta.ops.ActivationFunction;
import java.util.Map;
import java.util.Optional;

/** Values that most {@code config.json} files have under the same keys, with the bounds of what can be meant. */
final class ConfigValues {

    static final int LARGEST_WIDTH = 1 << 20;
    static final int LARGEST_TABLE = 1 << 26;
    private static final int MOST_LAYERS = 10_000;
    private static final Keys BERT_KEYS =
            new Keys("num_hidden_layers", "hidden_size", "num_attention_heads", "intermediate_size");

    /** What transformers assumes where a configuration does not say, by {@code model_type}. */
    private static final Map<String, Shape> DEFAULTS = Map.ofEntries(
            Map.entry("albert", new Shape(12, 4096, 64, 16_384, 30_000, 512)),
            Map.entry("bert", new Shape(12, 768, 12, 3072, 30_522, 512)),
            Map.entry("camembert", new Shape(12, 768, 12, 3072, 30_522, 512)),
            Map.entry("deberta", new Shape(12, 768, 12, 3072, 50_265, 512)),
            Map.entry("deberta-v2", new Shape(24, 1536, 24, 6144, 128_100, 512)),
            Map.entry("distilbert", new Shape(6, 768, 12, 3072, 30_522, 512)),
            Map.entry("electra", new Shape(12, 256, 4, 1024, 30_522, 512)),
            Map.entry("gemma", new Shape(28, 3072, 16, 24_576, 256_000, 8192)),
            Map.entry("gemma3_text", new Shape(26, 2304, 8, 9216, 262_208, 131_072)),
            Map.entry("llama", new Shape(32, 4096, 32, 11_008, 32_000, 2048)),
            Map.entry("mistral", new Shape(32, 4096, 32, 14_336, 32_000, 131_072)),
            Map.entry("modernbert", new Shape(22, 768, 12, 1152, 50_368, 8192)),
            Map.entry("mpnet", new Shape(12, 768, 12, 3072, 30_527, 512)),
            Map.entry("qwen2", new Shape(32, 4096, 32, 22_016, 151_936, 32_768)),
            Map.entry("qwen3", new Shape(32, 4096, 32, 22_016, 151_936, 32_768)),
            Map.entry("roberta", new Shape(12, 768, 12, 3072, 50_265, 512)),
            Map.entry("xlm-roberta", new Shape(12, 768, 12, 3072, 30_522, 512)));

    /** The names of a transformer's measures. */
    record Keys(String layers, String hidden, String heads, String intermediate) {}

    private ConfigValues() {}

    /** The shape under BERT's key names. */
    static Shape shape(JsonFile config) throws CheckpointException {
        return shape(config, BERT_KEYS);
    }

    /** The shape under BERT's key names, perhaps of no layer at all. */
    static Shape shapeOfAnyLayers(JsonFile config) throws CheckpointException {
        return shape(config, BERT_KEYS, 0);
    }

    /** The shape under these key names, with heads that share out the hidden width. */
    static Shape shape(JsonFile config, Keys keys) throws CheckpointException {
        return shape(config, keys, 1);
    }

    private static Shape shape(JsonFile config, Keys keys, int leastLayers) throws CheckpointException {
        Shape shape = shapeOfAnyHeads(config, keys, leastLayers);
        if (shape.hidden() % shape.heads() != 0) {
            throw new CheckpointException(config.file() + ": \"" + keys.hidden + "\" " + shape.hidden()
                    + " is not a multiple of \"" + keys.heads + "\" " + shape.heads());
        }
        return shape;
    }

    /** The shape under BERT's key names, with heads of any width. */
    static Shape shapeOfAnyHeads(JsonFile config) throws CheckpointException {
        return shapeOfAnyHeads(config, BERT_KEYS, 1);
    }

    private static Shape shapeOfAnyHeads(JsonFile config, Keys keys, int leastLayers) throws CheckpointException {
        Optional<Shape> usual = config.text("model_type").map(DEFAULTS::get);
        return new Shape(
                measure(config, keys.layers, leastLayers, MOST_LAYERS, usual.map(Shape::layers)),
                measure(config, keys.hidden, LARGEST_WIDTH, usual.map(Shape::hidden)),
                measure(config, keys.heads, LARGEST_WIDTH, usual.map(Shape::heads)),
                measure(config, keys.intermediate, LARGEST_WIDTH, usual.map(Shape::intermediate)),
                measure(config, "vocab_size", LARGEST_TABLE, usual.map(Shape::vocabulary)),
                measure(config, "max_position_embeddings", LARGEST_TABLE, usual.map(Shape::maxTokens)));
    }

    private static int measure(JsonFile config, String key, int most, Optional<Integer> otherwise)
            throws CheckpointException {
        return measure(config, key, 1, most, otherwise);
    }

    private static int measure(JsonFile config, String key, int least, int most, Optional<Integer> otherwise)
            throws CheckpointException {
        return config.has(key) || otherwise.isEmpty() ? config.requireInteger(key, least, most) : otherwise.get();
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
