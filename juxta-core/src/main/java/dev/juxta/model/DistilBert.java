package dev.juxta.model;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.checkpoint.Weights;
import dev.juxta.ops.ActivationFunction;
import dev.juxta.ops.Attention;
import dev.juxta.ops.Ops;
import dev.juxta.ops.Pooling;
import dev.juxta.ops.TokenIndex;

/** DistilBERT with a sequence classification head (Sanh et al. 2019, arXiv:1910.01108). It has no segments. */
final class DistilBert implements Architecture {

    static final String MODEL_TYPE = "distilbert";

    /** Of every layer normalization; the configuration has no key for it. */
    private static final float EPSILON = 1e-12f;

    private static final ConfigValues.Keys KEYS = new ConfigValues.Keys("n_layers", "dim", "n_heads", "hidden_dim");

    /**
     * What {@code config.json} says.
     *
     * @param labels outputs of the classifier
     * @param activation inside the feed-forward layers
     */
    record Config(Shape shape, int labels, ActivationFunction activation) {

        static Config read(JsonFile file, int labels) throws CheckpointException {
            return new Config(
                    ConfigValues.shape(file, KEYS), labels, ConfigValues.activation(file, "activation", "gelu"));
        }
    }

    private final Config config;

    DistilBert(Config config) {
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
    public <V> V encode(Ops<V> ops, Weights weights) {
        Layers<V> distilbert = new Layers<>(ops, weights.within("distilbert"));
        V x = embeddings(distilbert.at("embeddings")); // [tokens, hidden]
        for (int i = 0; i < config.shape.layers(); i++) {
            x = block(distilbert.at("transformer.layer." + i), x);
        }
        return x;
    }

    @Override
    public <V> V forward(Ops<V> ops, Weights weights) {
        for (String head : new String[] {"vocab_transform", "vocab_layer_norm", "vocab_projector"}) {
            weights.ignore(head); // of pre-training, which transformers leaves out too
        }
        int hidden = config.shape.hidden();
        Layers<V> layers = new Layers<>(ops, weights);
        V first = ops.pool(encode(ops, weights), Pooling.FIRST); // [sequences, hidden]
        V pooled = layers.dense("pre_classifier", first, hidden, hidden, ActivationFunction.RELU);
        return layers.linear("classifier", pooled, hidden, config.labels); // [sequences, labels]
    }

    private <V> V embeddings(Layers<V> layers) {
        int hidden = config.shape.hidden();
        V tokens = layers.embedding("word_embeddings", TokenIndex.ID, config.shape.vocabulary(), hidden);
        V positions = layers.embedding("position_embeddings", TokenIndex.POSITION, config.shape.maxTokens(), hidden);
        return layers.norm("LayerNorm", layers.ops().add(tokens, positions), hidden, EPSILON);
    }

    private <V> V block(Layers<V> layer, V x) {
        Ops<V> ops = layer.ops();
        int hidden = config.shape.hidden();
        int wide = config.shape.intermediate();
        int heads = config.shape.heads();
        V query = layer.linear("attention.q_lin", x, hidden, hidden); // [tokens, hidden]
        V key = layer.linear("attention.k_lin", x, hidden, hidden);
        V value = layer.linear("attention.v_lin", x, hidden, hidden);
        V context = ops.attention(Attention.full(query, key, value, heads, hidden / heads));
        V attended = layer.linear("attention.out_lin", context, hidden, hidden);
        x = layer.norm("sa_layer_norm", ops.add(attended, x), hidden, EPSILON);
        V inner = layer.dense("ffn.lin1", x, hidden, wide, config.activation);
        V outer = layer.linear("ffn.lin2", inner, wide, hidden);
        return layer.norm("output_layer_norm", ops.add(outer, x), hidden, EPSILON);
    }
}
