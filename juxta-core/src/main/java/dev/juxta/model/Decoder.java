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
 * The decoders in LLaMA's form (Touvron et al. 2023, arXiv:2302.13971), scored at their last token: Llama, Mistral
 * (arXiv:2310.06825), Qwen2 (arXiv:2407.10671), Qwen3 (arXiv:2505.09388), which normalizes queries and keys by head, and
 * Gemma (arXiv:2403.08295), which multiplies embeddings by √hidden and has its norms' γ as what it is more than 1.
 */
final class Decoder implements Generator {

    static final String GEMMA = "gemma";
    static final String LLAMA = "llama";
    static final String MISTRAL = "mistral";
    static final String QWEN2 = "qwen2";
    static final String QWEN3 = "qwen3";

    /** What Qwen3 and Gemma assume for the width of a head; the others share out the hidden width. */
    private static final int QWEN3_HEAD_WIDTH = 128;

    private static final int GEMMA_HEAD_WIDTH = 256;

    /** Key and value heads that Mistral assumes; the others as many as there are query heads. */
    private static final int MISTRAL_KEY_HEADS = 8;

    /**
     * What {@code config.json} says.
     *
     * @param labels outputs of the sequence classification head
     * @param heads of the attention
     * @param windows for each layer, how far back its tokens see
     * @param rotary the rotary positions
     * @param activation of the gates
     * @param epsilon of every normalization
     * @param feedForwardBias whether the feed-forward layers have biases
     * @param padding the id of the padding token, if there is one
     */
    record Config(
            String modelType,
            Shape shape,
            int labels,
            Heads heads,
            List<Integer> windows,
            Rotary rotary,
            ActivationFunction activation,
            float epsilon,
            boolean feedForwardBias,
            OptionalInt padding) {

        static Config read(JsonFile file, String modelType, int labels) throws CheckpointException {
            Shape shape = ConfigValues.shapeOfAnyHeads(file);
            Optional<Integer> padding = file.integer("pad_token_id", 0, ConfigValues.LARGEST_TABLE);
            if (modelType.equals(GEMMA) && !file.has("pad_token_id")) {
                padding = Optional.of(0);
            }
            if (file.flag("use_bidirectional_attention").orElse(false)) {
                throw new CheckpointException(
                        file.file()
                                + " has \"use_bidirectional_attention\", which is not supported; its tokens would see those behind");
            }
            Heads heads = Heads.read(file, modelType, shape);
            return new Config(
                    modelType,
                    shape,
                    labels,
                    heads,
                    windows(file, modelType, shape.layers()),
                    RotaryConfig.read(file, 10_000, heads.width, shape.maxTokens()),
                    activation(file, modelType),
                    ConfigValues.epsilon(file, "rms_norm_eps", 1e-6),
                    modelType.equals(LLAMA) && file.flag("mlp_bias").orElse(false),
                    padding.isPresent() ? OptionalInt.of(padding.get()) : OptionalInt.empty());
        }

        /** By "gelu" the files of Gemma mean its tanh form. */
        private static ActivationFunction activation(JsonFile file, String modelType) throws CheckpointException {
            if (!modelType.equals(GEMMA)) {
                return ConfigValues.activation(file, "hidden_act", "silu");
            }
            ActivationFunction named = ConfigValues.activation(file, "hidden_act", "gelu_pytorch_tanh");
            return named == ActivationFunction.GELU ? ActivationFunction.GELU_TANH : named;
        }

        /** Mistral's window is for all layers; Qwen's is off by default and then for the layers that are named. */
        private static List<Integer> windows(JsonFile file, String modelType, int layers) throws CheckpointException {
            Optional<Integer> tokens = file.integer("sliding_window", 1, ConfigValues.LARGEST_TABLE);
            boolean inAll = modelType.equals(MISTRAL);
            if (inAll && !file.root().has("sliding_window")) {
                tokens = Optional.of(4096);
            }
            boolean used = inAll
                    || (!modelType.equals(LLAMA)
                            && !modelType.equals(GEMMA)
                            && file.flag("use_sliding_window").orElse(false));
            int window = used && tokens.isPresent() ? tokens.get() - 1 : Mask.NO_WINDOW; // it counts the token itself
            List<String> types = inAll ? List.of() : file.texts("layer_types");
            int first =
                    inAll ? 0 : file.integer("max_window_layers", 0, 1 << 20).orElse(28);
            List<Integer> windows = new ArrayList<>();
            for (int i = 0; i < layers; i++) {
                boolean local = types.size() == layers ? types.get(i).equals("sliding_attention") : i >= first;
                windows.add(local ? window : Mask.NO_WINDOW);
            }
            return List.copyOf(windows);
        }
    }

    /**
     * The heads of the attention.
     *
     * @param queries number of query heads
     * @param keys number of key and value heads
     * @param width columns of each
     * @param inBias whether query, key and value have biases
     * @param outBias whether the projection of the heads has one
     * @param normed whether queries and keys are normalized
     */
    record Heads(int queries, int keys, int width, boolean inBias, boolean outBias, boolean normed) {

        static Heads read(JsonFile file, String modelType, Shape shape) throws CheckpointException {
            int queries = shape.heads();
            int usual =
                    modelType.equals(MISTRAL) && !file.root().has("num_key_value_heads") ? MISTRAL_KEY_HEADS : queries;
            int keys = file.integer("num_key_value_heads", 1, queries).orElse(Math.min(queries, usual));
            Optional<Integer> width = file.integer("head_dim", 2, ConfigValues.LARGEST_WIDTH);
            boolean qwen3 = modelType.equals(QWEN3);
            int otherwise = switch (modelType) {
                case QWEN3 -> QWEN3_HEAD_WIDTH;
                case GEMMA -> GEMMA_HEAD_WIDTH;
                default -> shape.hidden() / queries;
            };
            boolean bias = !modelType.equals(MISTRAL)
                    && !modelType.equals(QWEN2)
                    && file.flag("attention_bias").orElse(false);
            Heads heads =
                    new Heads(queries, keys, width.orElse(otherwise), bias || modelType.equals(QWEN2), bias, qwen3);
            if (queries % keys != 0 || heads.width % 2 != 0) {
                throw new CheckpointException(file.file() + ": " + queries + " query heads, " + keys
                        + " key heads and a head width of " + heads.width
                        + " do not fit; the first must be a multiple of the second, and the last even");
            }
            return heads;
        }
    }

    private final Config config;

    Decoder(Config config) {
        this.config = config;
    }

    @Override
    public String modelType() {
        return config.modelType;
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
    public <V> V encode(Ops<V> ops, Weights weights) {
        Layers<V> model = new Layers<>(ops, weights.within("model"));
        V x = model.embedding("embed_tokens", TokenIndex.ID, config.shape.vocabulary(), hidden()); // [tokens, hidden]
        if (isGemma()) {
            x = ops.scale(x, (float) Math.sqrt(hidden()));
        }
        for (int i = 0; i < config.shape.layers(); i++) {
            Layers<V> layer = model.at("layers." + i);
            V normed = norm(layer, "input_layernorm", x);
            x = ops.add(x, attention(layer.at("self_attn"), normed, config.windows.get(i)));
            V attended = norm(layer, "post_attention_layernorm", x);
            V fed = layer.at("mlp")
                    .gatedUnit(
                            attended, hidden(), config.shape.intermediate(), config.activation, config.feedForwardBias);
            x = ops.add(x, fed);
        }
        return norm(model, "norm", x);
    }

    private <V> V norm(Layers<V> layers, String name, V x) {
        return isGemma()
                ? layers.rmsAboveOne(name, x, hidden(), config.epsilon)
                : layers.rms(name, x, hidden(), config.epsilon);
    }

    private boolean isGemma() {
        return config.modelType.equals(GEMMA);
    }

    private <V> V attention(Layers<V> self, V x, int window) {
        Heads heads = config.heads;
        int wide = heads.queries * heads.width;
        int narrow = heads.keys * heads.width;
        V query = self.linear("q_proj", x, hidden(), wide, heads.inBias); // [tokens, heads · width]
        V key = self.linear("k_proj", x, hidden(), narrow, heads.inBias); // [tokens, key heads · width]
        V value = self.linear("v_proj", x, hidden(), narrow, heads.inBias);
        if (heads.normed) {
            query = self.rms("q_norm", query, heads.width, config.epsilon);
            key = self.rms("k_norm", key, heads.width, config.epsilon);
        }
        V context = self.ops()
                .attention(new Attention<>(
                        query,
                        key,
                        value,
                        heads.queries,
                        heads.keys,
                        (float) (1 / Math.sqrt(heads.width)),
                        new Mask(true, window),
                        Optional.of(config.rotary),
                        Optional.empty(),
                        Queries.ALL));
        return self.linear("o_proj", context, wide, hidden(), heads.outBias); // [tokens, hidden]
    }

    private int hidden() {
        return config.shape.hidden();
    }
}
