package dev.juxta.model;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.checkpoint.Weights;
import dev.juxta.ops.ActivationFunction;
import dev.juxta.ops.Attention;
import dev.juxta.ops.Linear;
import dev.juxta.ops.Norm;
import dev.juxta.ops.Ops;
import dev.juxta.ops.Pooling;
import dev.juxta.ops.TokenIndex;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * BERT with a sequence classification head (Devlin et al. 2018, arXiv:1810.04805), and what has its shape: MiniLM
 * (arXiv:2002.10957) and TinyBERT (arXiv:1909.10351).
 */
public final class Bert implements Architecture {

    static final String MODEL_TYPE = "bert";

    /**
     * What {@code config.json} says.
     *
     * @param labels outputs of the classifier
     * @param segments rows of the segment table
     * @param activation inside the feed-forward layers
     * @param epsilon of every layer normalization
     */
    record Config(Shape shape, int labels, int segments, ActivationFunction activation, float epsilon) {

        static Config read(JsonFile file, int labels) throws CheckpointException {
            Optional<String> positions = file.text("position_embedding_type");
            if (positions.isPresent() && !positions.get().equals("absolute")) {
                throw new CheckpointException(file.file() + ": \"position_embedding_type\" is \"" + positions.get()
                        + "\"; only \"absolute\" is supported for " + MODEL_TYPE);
            }
            return new Config(
                    ConfigValues.shape(file),
                    labels,
                    file.integer("type_vocab_size", 1, ConfigValues.LARGEST_WIDTH)
                            .orElse(2),
                    ConfigValues.activation(file, "hidden_act", "gelu"),
                    ConfigValues.epsilon(file, "layer_norm_eps", 1e-12));
        }
    }

    private final Config config;

    Bert(Config config) {
        this.config = config;
    }

    @Override
    public String modelType() {
        return MODEL_TYPE;
    }

    @Override
    public Shape shape() {
        return config.shape;
    }

    @Override
    public boolean readsSegments() {
        return true;
    }

    @Override
    public int[] positions(int[] ids) {
        return IntStream.range(0, ids.length).toArray();
    }

    @Override
    public <V> V forward(Ops<V> ops, Weights weights) {
        Weights bert = weights.at("bert");
        V x = embeddings(ops, bert.at("embeddings")); // [tokens, hidden]
        for (int layer = 0; layer < config.shape.layers(); layer++) {
            x = layer(ops, bert.at("encoder.layer." + layer), x);
        }
        V first = ops.pool(x, Pooling.FIRST); // [sequences, hidden]
        V pooled = ops.activation(
                project(ops, bert.at("pooler.dense"), first, hidden(), hidden()), ActivationFunction.TANH);
        return project(ops, weights.at("classifier"), pooled, hidden(), config.labels); // [sequences, labels]
    }

    private <V> V embeddings(Ops<V> ops, Weights weights) {
        V tokens = ops.embedding(
                weights.require("word_embeddings.weight", config.shape.vocabulary(), hidden()), TokenIndex.ID);
        V segments = ops.embedding(
                weights.require("token_type_embeddings.weight", config.segments, hidden()), TokenIndex.SEGMENT);
        V positions = ops.embedding(
                weights.require("position_embeddings.weight", config.shape.maxTokens(), hidden()), TokenIndex.POSITION);
        return norm(ops, weights.at("LayerNorm"), ops.add(ops.add(tokens, segments), positions));
    }

    private <V> V layer(Ops<V> ops, Weights weights, V x) {
        Weights attention = weights.at("attention");
        V query = project(ops, attention.at("self.query"), x, hidden(), hidden()); // [tokens, hidden]
        V key = project(ops, attention.at("self.key"), x, hidden(), hidden());
        V value = project(ops, attention.at("self.value"), x, hidden(), hidden());
        int heads = config.shape.heads();
        V context = ops.attention(Attention.full(query, key, value, heads, hidden() / heads)); // [tokens, hidden]
        V attended = project(ops, attention.at("output.dense"), context, hidden(), hidden());
        x = norm(ops, attention.at("output.LayerNorm"), ops.add(attended, x));

        int wide = config.shape.intermediate();
        V inner = ops.activation(project(ops, weights.at("intermediate.dense"), x, hidden(), wide), config.activation);
        V outer = project(ops, weights.at("output.dense"), inner, wide, hidden()); // [tokens, hidden]
        return norm(ops, weights.at("output.LayerNorm"), ops.add(outer, x));
    }

    private int hidden() {
        return config.shape.hidden();
    }

    private static <V> V project(Ops<V> ops, Weights weights, V x, int in, int out) {
        return ops.linear(x, new Linear(weights.require("weight", out, in), Optional.of(weights.require("bias", out))));
    }

    private <V> V norm(Ops<V> ops, Weights weights, V x) {
        return ops.norm(
                x,
                Norm.layer(
                        weights.require("weight", hidden()),
                        Optional.of(weights.require("bias", hidden())),
                        config.epsilon));
    }
}
