package dev.juxta.model;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.checkpoint.Weights;
import dev.juxta.ops.ActivationFunction;
import dev.juxta.ops.Attention;
import dev.juxta.ops.Attention.Mask;
import dev.juxta.ops.Attention.Queries;
import dev.juxta.ops.Attention.Rotary;
import dev.juxta.ops.Ops;
import dev.juxta.ops.Pooling;
import dev.juxta.ops.TokenIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * ModernBERT with a sequence classification head (Warner et al. 2024, arXiv:2412.13663): pre-norm blocks with rotary
 * positions and gated units, of which most see a window of tokens only.
 */
final class ModernBert implements Architecture {

    static final String MODEL_TYPE = "modernbert";

    private static final String LOCAL = "sliding_attention";
    private static final String GLOBAL = "full_attention";

    /**
     * What {@code config.json} says.
     *
     * @param labels outputs of the classifier
     * @param local for each layer, whether it sees a window only
     * @param window distance of the farthest key that a local layer sees
     * @param globalTheta θ of the rotary positions in global layers
     * @param localTheta θ in local layers
     * @param activation of the gates
     * @param epsilon of every layer normalization
     * @param bias which parts have biases
     * @param head what follows the last layer
     */
    record Config(
            Shape shape,
            int labels,
            List<Boolean> local,
            int window,
            double globalTheta,
            double localTheta,
            ActivationFunction activation,
            float epsilon,
            Bias bias,
            Head head) {

        static Config read(JsonFile file, int labels) throws CheckpointException {
            Shape shape = ConfigValues.shape(file);
            return new Config(
                    shape,
                    labels,
                    localLayers(file, shape.layers()),
                    file.integer("local_attention", 0, ConfigValues.LARGEST_TABLE)
                                    .orElse(128)
                            / 2,
                    theta(file, GLOBAL, "global_rope_theta", 160_000),
                    theta(file, LOCAL, "local_rope_theta", 10_000),
                    ConfigValues.activation(file, "hidden_activation", "gelu"),
                    ConfigValues.epsilon(file, "norm_eps", 1e-5),
                    new Bias(
                            file.flag("attention_bias").orElse(false),
                            file.flag("mlp_bias").orElse(false),
                            file.flag("norm_bias").orElse(false)),
                    Head.read(file));
        }

        /** {@code layer_types}, or in older files every n-th layer global. */
        private static List<Boolean> localLayers(JsonFile file, int layers) throws CheckpointException {
            List<String> types = file.texts("layer_types");
            if (!types.isEmpty() && types.size() != layers) {
                throw new CheckpointException(
                        file.file() + ": \"layer_types\" has " + types.size() + " entries for " + layers + " layers");
            }
            int every = file.integer("global_attn_every_n_layers", 1, ConfigValues.LARGEST_WIDTH)
                    .orElse(3);
            List<Boolean> local = new ArrayList<>();
            for (int i = 0; i < layers; i++) {
                local.add(types.isEmpty() ? i % every != 0 : types.get(i).equals(LOCAL));
            }
            return List.copyOf(local);
        }

        /** {@code rope_parameters} by kind of layer, or in older files a key for each. */
        private static double theta(JsonFile file, String kind, String oldKey, double otherwise)
                throws CheckpointException {
            Optional<JsonFile> parameters = file.object("rope_parameters");
            Optional<JsonFile> own = parameters.isPresent() ? parameters.get().object(kind) : Optional.empty();
            if (file.has("rope_scaling")) {
                throw new CheckpointException(file.file() + " has \"rope_scaling\", which is not supported yet");
            }
            if (own.isPresent()) {
                RotaryConfig.requireDefault(own.get());
                Optional<Double> theta = own.get().number("rope_theta");
                if (theta.isPresent()) {
                    return theta.get();
                }
            }
            return file.number(oldKey).orElse(otherwise);
        }
    }

    /** Which parts have biases. */
    record Bias(boolean attention, boolean feedForward, boolean norm) {}

    /**
     * The head: dense, activation and norm over the pooled vector.
     *
     * @param pooling of the last hidden states
     * @param activation after the dense layer
     * @param bias whether the dense layer has one; the classifier always has
     */
    record Head(Pooling pooling, ActivationFunction activation, boolean bias) {

        static Head read(JsonFile file) throws CheckpointException {
            String pooling = file.text("classifier_pooling").orElse("cls");
            if (!pooling.equals("cls") && !pooling.equals("mean")) {
                throw new CheckpointException(
                        file.file() + ": \"classifier_pooling\" is \"" + pooling + "\"; supported are cls and mean");
            }
            return new Head(
                    pooling.equals("cls") ? Pooling.FIRST : Pooling.MEAN,
                    ConfigValues.activation(file, "classifier_activation", "gelu"),
                    file.flag("classifier_bias").orElse(false));
        }
    }

    private final Config config;

    ModernBert(Config config) {
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
        Layers<V> model = new Layers<>(ops, weights.within("model"));
        V tokens = model.embedding("embeddings.tok_embeddings", TokenIndex.ID, config.shape.vocabulary(), hidden());
        V x = norm(model, "embeddings.norm", tokens); // [tokens, hidden]
        for (int i = 0; i < config.shape.layers(); i++) {
            Layers<V> layer = model.at("layers." + i);
            V normed = i == 0 ? x : norm(layer, "attn_norm", x); // the embeddings are normalized already
            x = ops.add(x, attention(layer.at("attn"), normed, config.local.get(i)));
            x = ops.add(x, gatedUnit(layer.at("mlp"), norm(layer, "mlp_norm", x)));
        }
        return norm(model, "final_norm", x);
    }

    @Override
    public <V> V forward(Ops<V> ops, Weights weights) {
        weights.ignore("decoder"); // the head of pre-training, which transformers leaves out too
        Layers<V> layers = new Layers<>(ops, weights);
        V pooled = ops.pool(encode(ops, weights), config.head.pooling); // [sequences, hidden]
        V dense = layers.linear("head.dense", pooled, hidden(), hidden(), config.head.bias);
        V normed = norm(layers, "head.norm", ops.activation(dense, config.head.activation));
        return layers.linear("classifier", normed, hidden(), config.labels); // [sequences, labels]
    }

    private <V> V attention(Layers<V> attn, V x, boolean local) {
        Ops<V> ops = attn.ops();
        int hidden = hidden();
        int heads = config.shape.heads();
        V all = attn.linear("Wqkv", x, hidden, 3 * hidden, config.bias.attention); // [tokens, 3 · hidden]
        V context = ops.attention(new Attention<>(
                ops.columns(all, 0, hidden), // [tokens, hidden]
                ops.columns(all, hidden, 2 * hidden),
                ops.columns(all, 2 * hidden, 3 * hidden),
                heads,
                heads,
                (float) (1 / Math.sqrt((double) hidden / heads)),
                local ? new Mask(false, config.window) : Mask.FULL,
                Optional.of(new Rotary(local ? config.localTheta : config.globalTheta)),
                Optional.empty(),
                Queries.ALL));
        return attn.linear("Wo", context, hidden, hidden, config.bias.attention);
    }

    /** GeGLU (Shazeer 2020, arXiv:2002.05202). */
    private <V> V gatedUnit(Layers<V> mlp, V x) {
        Ops<V> ops = mlp.ops();
        int wide = config.shape.intermediate();
        V both = mlp.linear("Wi", x, hidden(), 2 * wide, config.bias.feedForward); // [tokens, 2 · intermediate]
        V input = ops.activation(ops.columns(both, 0, wide), config.activation);
        V gated = ops.multiply(input, ops.columns(both, wide, 2 * wide));
        return mlp.linear("Wo", gated, wide, hidden(), config.bias.feedForward);
    }

    private <V> V norm(Layers<V> layers, String name, V x) {
        return layers.norm(name, x, hidden(), config.epsilon, config.bias.norm);
    }

    private int hidden() {
        return config.shape.hidden();
    }
}
