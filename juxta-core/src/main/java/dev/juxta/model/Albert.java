package dev.juxta.model;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.checkpoint.Weights;
import dev.juxta.ops.ActivationFunction;
import dev.juxta.ops.Attention;
import dev.juxta.ops.Ops;
import dev.juxta.ops.Pooling;

/**
 * ALBERT with a sequence classification head (Lan et al. 2019, arXiv:1909.11942): narrow embeddings, and layers that
 * share their weights within a group, of which there is mostly one.
 */
final class Albert implements Architecture {

    static final String MODEL_TYPE = "albert";

    /**
     * What {@code config.json} says.
     *
     * @param labels outputs of the classifier
     * @param segments rows of the segment table
     * @param embedding width of the embedding tables
     * @param groups sets of weights that the layers share
     * @param inner blocks in a layer
     * @param activation inside the feed-forward layers
     * @param epsilon of every layer normalization
     */
    record Config(
            Shape shape,
            int labels,
            int segments,
            int embedding,
            int groups,
            int inner,
            ActivationFunction activation,
            float epsilon) {

        static Config read(JsonFile file, int labels) throws CheckpointException {
            ConfigValues.requireAbsolutePositions(file, MODEL_TYPE);
            Shape shape = ConfigValues.shape(file);
            return new Config(
                    shape,
                    labels,
                    ConfigValues.segments(file),
                    file.integer("embedding_size", 1, ConfigValues.LARGEST_WIDTH)
                            .orElse(128),
                    file.integer("num_hidden_groups", 1, shape.layers()).orElse(1),
                    file.integer("inner_group_num", 1, shape.layers()).orElse(1),
                    ConfigValues.activation(file, "hidden_act", "gelu_new"),
                    ConfigValues.epsilon(file, "layer_norm_eps", 1e-12));
        }
    }

    private final Config config;

    Albert(Config config) {
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
    public int segments() {
        return config.segments;
    }

    /** As transformers 4 fed it when today's checkpoints were trained; transformers 5 has left the segments out. */
    @Override
    public boolean readsSegments() {
        return true;
    }

    @Override
    public <V> V encode(Ops<V> ops, Weights weights) {
        Weights own = weights.within("albert");
        own.ignore("pooler"); // nothing that reads the tokens reads it
        return encode(new Layers<>(ops, own));
    }

    @Override
    public <V> V forward(Ops<V> ops, Weights weights) {
        weights.ignore("predictions"); // the heads of pre-training, which transformers leaves out too
        weights.ignore("sop_classifier");
        Layers<V> albert = new Layers<>(ops, weights.within("albert"));
        int hidden = config.shape.hidden();
        V first = ops.pool(encode(albert), Pooling.FIRST); // [sequences, hidden]
        V pooled = albert.dense("pooler", first, hidden, hidden, ActivationFunction.TANH);
        return new Layers<>(ops, weights).linear("classifier", pooled, hidden, config.labels); // [sequences, labels]
    }

    private <V> V encode(Layers<V> albert) {
        int layers = config.shape.layers();
        V narrow = embeddings().forward(albert.at("embeddings")); // [tokens, embedding]
        V x = albert.linear(
                "encoder.embedding_hidden_mapping_in",
                narrow,
                config.embedding,
                config.shape.hidden()); // [tokens, hidden]
        for (int layer = 0; layer < layers; layer++) {
            int group = (int) (layer / ((double) layers / config.groups));
            for (int inner = 0; inner < config.inner; inner++) {
                x = block(albert.at("encoder.albert_layer_groups." + group + ".albert_layers." + inner), x);
            }
        }
        return x;
    }

    private BertEmbeddings embeddings() {
        return new BertEmbeddings(
                config.shape.vocabulary(), config.segments, config.shape.maxTokens(), config.embedding, config.epsilon);
    }

    private <V> V block(Layers<V> layer, V x) {
        Ops<V> ops = layer.ops();
        int hidden = config.shape.hidden();
        int wide = config.shape.intermediate();
        int heads = config.shape.heads();
        V query = layer.linear("attention.query", x, hidden, hidden); // [tokens, hidden]
        V key = layer.linear("attention.key", x, hidden, hidden);
        V value = layer.linear("attention.value", x, hidden, hidden);
        V context = ops.attention(Attention.full(query, key, value, heads, hidden / heads));
        V attended = layer.linear("attention.dense", context, hidden, hidden);
        x = layer.norm("attention.LayerNorm", ops.add(attended, x), hidden, config.epsilon);
        V inner = layer.dense("ffn", x, hidden, wide, config.activation);
        V outer = layer.linear("ffn_output", inner, wide, hidden);
        return layer.norm("full_layer_layer_norm", ops.add(outer, x), hidden, config.epsilon);
    }
}
