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
import dev.juxta.ops.TokenIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The text network of Gemma 3 (arXiv:2503.19786), and of EmbeddingGemma (arXiv:2509.20354), whose tokens see those behind
 * them too: norms before and after attention and gated unit, normalized queries and keys, and of six layers five that see
 * a window only, with rotary positions of their own.
 */
final class Gemma3 implements Generator {

    static final String MODEL_TYPE = "gemma3_text";

    private static final String LOCAL = "sliding_attention";
    private static final String GLOBAL = "full_attention";

    /**
     * What {@code config.json} says.
     *
     * @param labels outputs of the sequence classification head
     * @param heads of the attention
     * @param kinds of attention, one for each layer
     * @param activation of the gates
     * @param epsilon of every normalization
     * @param padding the id of the padding token, if there is one
     */
    record Config(
            Shape shape,
            int labels,
            Heads heads,
            List<Kind> kinds,
            ActivationFunction activation,
            float epsilon,
            OptionalInt padding) {

        static Config read(JsonFile file, int labels) throws CheckpointException {
            for (String key : List.of("attn_logit_softcapping", "final_logit_softcapping")) {
                if (file.number(key).isPresent()) {
                    throw new CheckpointException(file.file() + " has \"" + key + "\", which is not supported");
                }
            }
            Shape shape = ConfigValues.shapeOfAnyHeads(file);
            Heads heads = Heads.read(file, shape.heads());
            boolean padded = file.root().has("pad_token_id");
            Optional<Integer> padding = file.integer("pad_token_id", 0, ConfigValues.LARGEST_TABLE);
            return new Config(
                    shape,
                    labels,
                    heads,
                    kinds(file, shape, heads.width),
                    ConfigValues.activation(file, "hidden_activation", "gelu_pytorch_tanh"),
                    ConfigValues.epsilon(file, "rms_norm_eps", 1e-6),
                    padding.isPresent()
                            ? OptionalInt.of(padding.get())
                            : padded ? OptionalInt.empty() : OptionalInt.of(0));
        }

        private static List<Kind> kinds(JsonFile file, Shape shape, int headWidth) throws CheckpointException {
            boolean both = file.flag("use_bidirectional_attention").orElse(false);
            boolean named = file.root().has("sliding_window");
            Optional<Integer> tokens = file.integer("sliding_window", 1, ConfigValues.LARGEST_TABLE);
            int window = tokens.isEmpty() && named ? Mask.NO_WINDOW : tokens.orElse(4096);
            if (window != Mask.NO_WINDOW) {
                window = both ? window / 2 : window - 1; // one-sided it counts the token itself
            }
            int positions = shape.maxTokens();
            Kind local = new Kind(
                    new Mask(!both, window), rotary(file, LOCAL, "rope_local_base_freq", 10_000, headWidth, positions));
            Kind global = new Kind(
                    new Mask(!both, Mask.NO_WINDOW),
                    rotary(file, GLOBAL, "rope_theta", 1_000_000, headWidth, positions));
            List<String> types = file.texts("layer_types");
            if (!types.isEmpty() && types.size() != shape.layers()) {
                throw new CheckpointException(file.file() + ": \"layer_types\" has " + types.size() + " entries for "
                        + shape.layers() + " layers");
            }
            int every = file.integer("sliding_window_pattern", 1, ConfigValues.LARGEST_WIDTH)
                    .orElse(6);
            List<Kind> kinds = new ArrayList<>();
            for (int i = 0; i < shape.layers(); i++) {
                boolean isLocal =
                        types.isEmpty() ? (i + 1) % every != 0 : types.get(i).equals(LOCAL);
                kinds.add(isLocal ? local : global);
            }
            return List.copyOf(kinds);
        }

        /** {@code rope_parameters} by kind of layer, or in older files a key for each, of which the global ones are stretched. */
        private static Rotary rotary(
                JsonFile file, String kind, String oldKey, double otherwise, int headWidth, int positions)
                throws CheckpointException {
            Optional<JsonFile> parameters = file.object("rope_parameters");
            Optional<JsonFile> own = parameters.isPresent() ? parameters.get().object(kind) : Optional.empty();
            Optional<Double> theta = own.isPresent() ? own.get().number("rope_theta") : Optional.empty();
            if (theta.isEmpty()) {
                theta = file.number(oldKey);
            }
            Optional<JsonFile> scaling = own.isPresent() || kind.equals(LOCAL) ? own : file.object("rope_scaling");
            return RotaryConfig.of(theta.orElse(otherwise), scaling, headWidth, positions);
        }
    }

    /** How a layer's tokens see each other. */
    record Kind(Mask mask, Rotary rotary) {}

    /**
     * The heads of the attention.
     *
     * @param queries number of query heads
     * @param keys number of key and value heads
     * @param width columns of each
     * @param scale factor on their products
     * @param bias whether the projections have biases
     */
    record Heads(int queries, int keys, int width, float scale, boolean bias) {

        static Heads read(JsonFile file, int queries) throws CheckpointException {
            int keys = file.integer("num_key_value_heads", 1, queries).orElse(Math.min(queries, 4));
            int width = file.integer("head_dim", 2, ConfigValues.LARGEST_WIDTH).orElse(256);
            double scalar = file.number("query_pre_attn_scalar").orElse(256.0);
            if (queries % keys != 0 || width % 2 != 0 || !(scalar > 0)) {
                throw new CheckpointException(file.file() + ": " + queries + " query heads, " + keys
                        + " key heads, a head width of " + width + " and a \"query_pre_attn_scalar\" of " + scalar
                        + " do not fit; the first must be a multiple of the second, the width even, the last above 0");
            }
            boolean bias = file.flag("attention_bias").orElse(false);
            return new Heads(queries, keys, width, (float) (1 / Math.sqrt(scalar)), bias);
        }
    }

    private final Config config;

    Gemma3(Config config) {
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
    public int labels() {
        return config.labels;
    }

    @Override
    public OptionalInt padding() {
        return config.padding;
    }

    @Override
    public int scoredTokens(int[] ids) {
        return config.kinds.get(0).mask.causal() ? Generator.super.scoredTokens(ids) : ids.length;
    }

    @Override
    public <V> V encode(Ops<V> ops, Weights weights) {
        Layers<V> model = new Layers<>(ops, weights.within("model"));
        V tokens = model.embedding("embed_tokens", TokenIndex.ID, config.shape.vocabulary(), hidden());
        V x = ops.scale(tokens, (float) Math.sqrt(hidden())); // [tokens, hidden]
        for (int i = 0; i < config.shape.layers(); i++) {
            Layers<V> layer = model.at("layers." + i);
            V attended = attention(layer.at("self_attn"), norm(layer, "input_layernorm", x), config.kinds.get(i));
            x = ops.add(x, norm(layer, "post_attention_layernorm", attended));
            V fed = layer.at("mlp")
                    .gatedUnit(
                            norm(layer, "pre_feedforward_layernorm", x),
                            hidden(),
                            config.shape.intermediate(),
                            config.activation,
                            false);
            x = ops.add(x, norm(layer, "post_feedforward_layernorm", fed));
        }
        return norm(model, "norm", x);
    }

    private <V> V attention(Layers<V> self, V x, Kind kind) {
        Heads heads = config.heads;
        int wide = heads.queries * heads.width;
        int narrow = heads.keys * heads.width;
        V query = self.linear("q_proj", x, hidden(), wide, heads.bias); // [tokens, heads · width]
        V key = self.linear("k_proj", x, hidden(), narrow, heads.bias); // [tokens, key heads · width]
        V value = self.linear("v_proj", x, hidden(), narrow, heads.bias);
        V context = self.ops()
                .attention(new Attention<>(
                        self.rmsAboveOne("q_norm", query, heads.width, config.epsilon),
                        self.rmsAboveOne("k_norm", key, heads.width, config.epsilon),
                        value,
                        heads.queries,
                        heads.keys,
                        heads.scale,
                        kind.mask,
                        Optional.of(kind.rotary),
                        Optional.empty(),
                        Queries.ALL));
        return self.linear("o_proj", context, wide, hidden(), heads.bias); // [tokens, hidden]
    }

    private <V> V norm(Layers<V> layers, String name, V x) {
        return layers.rmsAboveOne(name, x, hidden(), config.epsilon);
    }

    private int hidden() {
        return config.shape.hidden();
    }
}
