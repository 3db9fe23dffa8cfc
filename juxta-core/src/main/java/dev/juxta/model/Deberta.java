package dev.juxta.model;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.checkpoint.Weight;
import dev.juxta.checkpoint.Weights;
import dev.juxta.ops.ActivationFunction;
import dev.juxta.ops.Attention;
import dev.juxta.ops.Attention.Mask;
import dev.juxta.ops.Attention.Queries;
import dev.juxta.ops.Linear;
import dev.juxta.ops.Ops;
import dev.juxta.ops.Pooling;
import dev.juxta.ops.RelativeBias;
import dev.juxta.ops.TokenIndex;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * DeBERTa with a sequence classification head: version 1 (He et al. 2020, arXiv:2006.03654), and versions 2 and 3 (He et
 * al. 2021, arXiv:2111.09543), which put distances into buckets and can use the content's projections for positions.
 *
 * <p>H is the hidden states, P the table of relative positions. A score is (Q_i·K_j + Q_i·K^r_δ + K_j·Q^r_δ) / √(d·terms)
 * with Q, K = H·W and Q^r, K^r = P·W^r. The two largest of version 2 add a convolution of the embeddings to the first
 * layer.
 */
final class Deberta implements Architecture {

    static final String V1 = "deberta";
    static final String V2 = "deberta-v2";

    /**
     * What {@code config.json} says.
     *
     * @param encoder the shape, and what its blocks share with BERT's
     * @param labels outputs of the classifier
     * @param segments rows of the segment table; 0 for none
     * @param embedding width of the embedding tables
     * @param absolute whether absolute positions are added to the embeddings
     * @param positions the relative ones
     * @param shared whether positions are projected like the content
     * @param normed whether the table of positions is normalized
     * @param pooler the activation of the head
     * @param convolution over the embeddings, added to the first layer
     */
    record Config(
            String modelType,
            BertEncoder encoder,
            int labels,
            int segments,
            int embedding,
            boolean absolute,
            DebertaPositions positions,
            boolean shared,
            boolean normed,
            ActivationFunction pooler,
            Optional<Convolution> convolution) {

        static Config read(JsonFile file, String modelType, int labels) throws CheckpointException {
            refuseVariants(file);
            Architecture.Shape shape = ConfigValues.shape(file);
            return new Config(
                    modelType,
                    new BertEncoder(
                            shape,
                            ConfigValues.activation(file, "hidden_act", "gelu"),
                            ConfigValues.epsilon(file, "layer_norm_eps", 1e-7)),
                    labels,
                    file.integer("type_vocab_size", 0, ConfigValues.LARGEST_WIDTH)
                            .orElse(0),
                    file.integer("embedding_size", 1, ConfigValues.LARGEST_WIDTH)
                            .orElse(shape.hidden()),
                    file.flag("position_biased_input").orElse(true),
                    DebertaPositions.read(file, shape.maxTokens()),
                    file.flag("share_att_key").orElse(false),
                    file.text("norm_rel_ebd").orElse("none").contains("layer_norm"),
                    ConfigValues.activation(file, "pooler_hidden_act", "gelu"),
                    modelType.equals(V2) ? Convolution.read(file, shape.hidden()) : Optional.empty());
        }

        private static void refuseVariants(JsonFile file) throws CheckpointException {
            if (file.flag("talking_head").orElse(false)) {
                throw new CheckpointException(file.file() + " has \"talking_head\" attention, which is not supported");
            }
        }

        /** Whether an attention's query, key and value lie in one matrix, as in version 1. */
        boolean fused() {
            return modelType.equals(V1);
        }
    }

    /**
     * A convolution over tokens.
     *
     * @param kernel tokens that an output is made of, an odd number
     * @param groups runs of columns that are convolved each for itself
     */
    record Convolution(int kernel, int groups, ActivationFunction activation) {

        private static final int LARGEST_KERNEL = 255;

        static Optional<Convolution> read(JsonFile file, int hidden) throws CheckpointException {
            int kernel = file.integer("conv_kernel_size", 0, LARGEST_KERNEL).orElse(0);
            if (kernel == 0) {
                return Optional.empty();
            }
            int groups = file.integer("conv_groups", 1, hidden).orElse(1);
            if (kernel % 2 == 0 || hidden % groups != 0) {
                throw new CheckpointException(file.file() + ": \"conv_kernel_size\" " + kernel
                        + " must be odd, and \"conv_groups\" " + groups + " divide the hidden size " + hidden);
            }
            return Optional.of(new Convolution(kernel, groups, ConfigValues.activation(file, "conv_act", "tanh")));
        }

        /** W as one matrix [width, kernel · width] over the neighbours side by side. */
        Weight matrix(Weight weight, int width) {
            int part = width / groups;
            float[] w = weight.toFloats(); // [width, part, kernel]
            float[] matrix = new float[Math.multiplyExact(width, kernel * width)];
            for (int out = 0; out < width; out++) {
                int first = out / part * part;
                for (int in = 0; in < part; in++) {
                    for (int j = 0; j < kernel; j++) {
                        matrix[(out * kernel + j) * width + first + in] = w[(out * part + in) * kernel + j];
                    }
                }
            }
            return Weight.of(weight.name() + " (neighbours side by side)", matrix, width, kernel * width);
        }
    }

    private final Config config;

    Deberta(Config config) {
        this.config = config;
    }

    @Override
    public String modelType() {
        return config.modelType;
    }

    @Override
    public Shape shape() {
        return config.encoder.shape();
    }

    @Override
    public int segments() {
        return config.segments;
    }

    @Override
    public boolean readsSegments() {
        return true;
    }

    @Override
    public <V> V encode(Ops<V> ops, Weights weights) {
        Weights own = weights.within("deberta");
        if (!config.absolute) {
            own.ignore("embeddings.position_embeddings"); // saved by the authors all the same
        }
        Layers<V> deberta = new Layers<>(ops, own);
        V x = embeddings(deberta.at("embeddings")); // [tokens, hidden]
        Optional<V> table = config.positions.present() ? Optional.of(positions(deberta)) : Optional.empty();
        V embedded = x;
        for (int i = 0; i < shape().layers(); i++) {
            Layers<V> layer = deberta.at("encoder.layer." + i);
            V context = attention(layer.at("attention.self"), x, table); // [tokens, hidden]
            V attended = layer.linear("attention.output.dense", context, hidden(), hidden());
            x = config.encoder.feedForward(layer, ops.add(attended, x), "attention.output.LayerNorm");
            if (i == 0 && config.convolution.isPresent()) {
                x = convolved(deberta.at("encoder.conv"), config.convolution.get(), embedded, x);
            }
        }
        return x;
    }

    @Override
    public <V> V forward(Ops<V> ops, Weights weights) {
        for (String head : new String[] {"lm_predictions", "mask_predictions", "cls"}) {
            weights.ignore(head); // of pre-training, which transformers leaves out too
        }
        Layers<V> layers = new Layers<>(ops, weights);
        V first = ops.pool(encode(ops, weights), Pooling.FIRST); // [sequences, hidden]
        V pooled = layers.dense("pooler.dense", first, hidden(), hidden(), config.pooler);
        return layers.linear("classifier", pooled, hidden(), config.labels); // [sequences, labels]
    }

    /** LayerNorm(x + f(conv(embedded))): [tokens, hidden]. */
    private <V> V convolved(Layers<V> conv, Convolution convolution, V embedded, V x) {
        Ops<V> ops = conv.ops();
        int reach = convolution.kernel / 2;
        List<V> neighbours = IntStream.rangeClosed(-reach, reach)
                .mapToObj(offset -> offset == 0 ? embedded : ops.shift(embedded, offset))
                .toList();
        Weights own = conv.weights().at("conv");
        Weight weight = own.require("weight", hidden(), hidden() / convolution.groups, convolution.kernel);
        V product = ops.linear(
                ops.concatenate(neighbours),
                new Linear(convolution.matrix(weight, hidden()), Optional.of(own.require("bias", hidden()))));
        V added = ops.add(x, ops.activation(product, convolution.activation));
        return conv.norm("LayerNorm", added, hidden(), config.encoder.epsilon());
    }

    private <V> V embeddings(Layers<V> layers) {
        Ops<V> ops = layers.ops();
        int width = config.embedding;
        V x = layers.embedding("word_embeddings", TokenIndex.ID, shape().vocabulary(), width); // [tokens, embedding]
        if (config.absolute) {
            int rows = shape().maxTokens();
            x = ops.add(x, layers.embedding("position_embeddings", TokenIndex.POSITION, rows, width));
        }
        if (config.segments > 0) {
            x = ops.add(x, layers.embedding("token_type_embeddings", TokenIndex.SEGMENT, config.segments, width));
        }
        if (width != hidden()) {
            x = layers.linear("embed_proj", x, width, hidden(), false); // [tokens, hidden]
        }
        return layers.norm("LayerNorm", x, hidden(), config.encoder.epsilon());
    }

    /** P [2 · span, hidden]. */
    private <V> V positions(Layers<V> deberta) {
        Layers<V> encoder = deberta.at("encoder");
        int rows = config.positions.buckets().count();
        V table = deberta.ops().constant(encoder.weights().require("rel_embeddings.weight", rows, hidden()));
        return config.normed ? encoder.norm("LayerNorm", table, hidden(), config.encoder.epsilon()) : table;
    }

    private <V> V attention(Layers<V> self, V x, Optional<V> table) {
        int heads = shape().heads();
        int terms = config.fused()
                ? config.positions.terms()
                : (config.positions.contentToPosition() ? 1 : 0) + (config.positions.positionToContent() ? 1 : 0);
        double headWidth = (double) hidden() / heads;
        return self.ops()
                .attention(new Attention<>(
                        content(self, "query", x), // [tokens, hidden]
                        content(self, "key", x),
                        content(self, "value", x),
                        heads,
                        heads,
                        (float) (1 / Math.sqrt(headWidth * (1 + terms))),
                        Mask.FULL,
                        Optional.empty(),
                        table.map(p -> bias(self, p)),
                        Queries.ALL));
    }

    /** K^r and Q^r, each [2 · span, hidden]. */
    private <V> RelativeBias<V> bias(Layers<V> self, V table) {
        Optional<V> key = Optional.empty();
        if (config.positions.contentToPosition()) {
            key = Optional.of(
                    config.fused()
                            ? self.linear("pos_proj", table, hidden(), hidden(), false)
                            : self.linear(config.shared ? "key_proj" : "pos_key_proj", table, hidden(), hidden()));
        }
        Optional<V> query = Optional.empty();
        if (config.positions.positionToContent()) {
            String name = config.fused() ? "pos_q_proj" : config.shared ? "query_proj" : "pos_query_proj";
            query = Optional.of(self.linear(name, table, hidden(), hidden()));
        }
        return new RelativeBias.Disentangled<>(key, query, config.positions.buckets());
    }

    private <V> V content(Layers<V> self, String part, V x) {
        if (!config.fused()) {
            return self.linear(part + "_proj", x, hidden(), hidden());
        }
        // W [heads × (query, key, value) × headWidth, hidden]; keys have no bias
        Weight all = self.weights().require("in_proj.weight", 3 * hidden(), hidden());
        int headWidth = hidden() / shape().heads();
        int which = part.equals("query") ? 0 : part.equals("key") ? 1 : 2;
        int[] rows = IntStream.range(0, hidden())
                .map(i -> (i / headWidth * 3 + which) * headWidth + i % headWidth)
                .toArray();
        Optional<Weight> bias = part.equals("key")
                ? Optional.empty()
                : Optional.of(self.weights().require(part.charAt(0) + "_bias", hidden()));
        return self.ops().linear(x, new Linear(all.rows(" (" + part + ")", rows), bias));
    }

    private int hidden() {
        return shape().hidden();
    }
}
