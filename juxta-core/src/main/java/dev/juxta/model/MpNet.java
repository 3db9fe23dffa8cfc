package dev.juxta.model;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.checkpoint.Weights;
import dev.juxta.ops.ActivationFunction;
import dev.juxta.ops.Attention;
import dev.juxta.ops.Attention.Mask;
import dev.juxta.ops.Attention.Queries;
import dev.juxta.ops.Ops;
import dev.juxta.ops.Pooling;
import dev.juxta.ops.PositionBuckets;
import dev.juxta.ops.RelativeBias;
import dev.juxta.ops.TokenIndex;
import java.util.Optional;

/**
 * MPNet with a sequence classification head (Song et al. 2020, arXiv:2004.09297): RoBERTa's positions, and in every layer
 * the same learned bias by distance.
 */
final class MpNet implements Architecture {

    static final String MODEL_TYPE = "mpnet";

    /** The id that counts as padding, whatever the configuration says. */
    private static final int PADDING = 1;

    /**
     * What {@code config.json} says.
     *
     * @param encoder the shape, and what its blocks share with BERT's
     * @param labels outputs of the classifier
     * @param buckets rows of the bias table
     */
    record Config(BertEncoder encoder, PaddedPositions positions, int labels, int buckets) {

        static Config read(JsonFile file, int labels) throws CheckpointException {
            Architecture.Shape shape = ConfigValues.shape(file);
            PaddedPositions positions = PaddedPositions.of(file, PADDING, shape);
            BertEncoder encoder = BertEncoder.read(file, ConfigValues.withMaxTokens(shape, positions.usable()));
            int buckets = file.integer("relative_attention_num_buckets", Distances.COUNT, ConfigValues.LARGEST_WIDTH)
                    .orElse(Distances.COUNT);
            return new Config(encoder, positions, labels, buckets);
        }
    }

    /**
     * T5's buckets (Raffel et al. 2019, arXiv:1910.10683): half of them for keys behind the query, half for those ahead;
     * of each half, one for every distance below 8, then logarithmically wider ones up to 128.
     *
     * @param count rows of the table, of which the first 32 are used
     */
    record Distances(int count) implements PositionBuckets {
        static final int COUNT = 32;
        private static final int FARTHEST = 128;
        private static final int HALF = COUNT / 2;
        private static final int EXACT = HALF / 2;

        @Override
        public int row(int distance) {
            int ahead = distance < 0 ? HALF : 0;
            int n = Math.abs(distance);
            if (n < EXACT) {
                return ahead + n;
            }
            // in floats, as the reference, so that the borders of the buckets are its
            float log = (float) Math.log((float) n / EXACT) / (float) Math.log((double) FARTHEST / EXACT);
            return ahead + Math.min(HALF - 1, EXACT + (int) (log * (HALF - EXACT)));
        }
    }

    private final Config config;

    MpNet(Config config) {
        this.config = config;
    }

    @Override
    public String modelType() {
        return MODEL_TYPE;
    }

    @Override
    public Shape shape() {
        return config.encoder.shape();
    }

    @Override
    public int[] positions(int[] ids, int[] segments) {
        return config.positions.of(ids);
    }

    @Override
    public <V> V encode(Ops<V> ops, Weights weights) {
        Weights own = weights.within("mpnet");
        own.ignore("pooler"); // MPNetModel has one, and nothing that reads the tokens reads it
        Layers<V> mpnet = new Layers<>(ops, own);
        int hidden = shape().hidden();
        V tokens = mpnet.embedding("embeddings.word_embeddings", TokenIndex.ID, shape().vocabulary(), hidden);
        V positions =
                mpnet.embedding("embeddings.position_embeddings", TokenIndex.POSITION, config.positions.rows(), hidden);
        V x = mpnet.norm("embeddings.LayerNorm", ops.add(tokens, positions), hidden, config.encoder.epsilon());
        V table = ops.constant(own.require(
                "encoder.relative_attention_bias.weight", config.buckets, shape().heads())); // [buckets, heads]
        RelativeBias<V> bias = new RelativeBias.Learned<>(table, new Distances(config.buckets));
        for (int i = 0; i < shape().layers(); i++) {
            x = block(mpnet.at("encoder.layer." + i), x, bias);
        }
        return x;
    }

    @Override
    public <V> V forward(Ops<V> ops, Weights weights) {
        weights.ignore("lm_head"); // the head of pre-training, which transformers leaves out too
        int hidden = shape().hidden();
        V first = ops.pool(encode(ops, weights), Pooling.FIRST); // [sequences, hidden]
        Layers<V> classifier = new Layers<>(ops, weights.at("classifier"));
        V pooled = classifier.dense("dense", first, hidden, hidden, ActivationFunction.TANH);
        return classifier.linear("out_proj", pooled, hidden, config.labels); // [sequences, labels]
    }

    private <V> V block(Layers<V> layer, V x, RelativeBias<V> bias) {
        Ops<V> ops = layer.ops();
        int hidden = shape().hidden();
        int heads = shape().heads();
        Layers<V> attention = layer.at("attention.attn");
        V context = ops.attention(new Attention<>(
                attention.linear("q", x, hidden, hidden), // [tokens, hidden]
                attention.linear("k", x, hidden, hidden),
                attention.linear("v", x, hidden, hidden),
                heads,
                heads,
                (float) (1 / Math.sqrt((double) hidden / heads)),
                Mask.FULL,
                Optional.empty(),
                Optional.of(bias),
                Queries.ALL));
        V attended = attention.linear("o", context, hidden, hidden);
        return config.encoder.feedForward(layer, ops.add(attended, x), "attention.LayerNorm");
    }
}
