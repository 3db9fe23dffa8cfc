package dev.juxta.model;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.checkpoint.Weights;
import dev.juxta.ops.Ops;
import dev.juxta.ops.Pooling;
import dev.juxta.ops.RelativeBias;

/**
 * A cross-encoder that can begin as a bi-encoder: BERT's network (Devlin et al. 2018, arXiv:1810.04805) over both texts at
 * once, each with positions of its own, in which every head has learned how far it looks from one text into the other.
 *
 * <p>With q and d the means over the tokens of either text, of unit length, the logits are W·(q∘d) + b. While no head
 * looks across and W is a row of equal numbers, that is the bi-encoder's cosine (Reimers and Gurevych 2019,
 * arXiv:1908.10084) times that number; training opens the heads from there. The network is Juxta's own: {@code
 * modeling_gated_bert.py}, which is written beside the weights, is the same for transformers.
 */
final class GatedBert implements Architecture {

    static final String MODEL_TYPE = "juxta_gated_bert";

    /**
     * What {@code config.json} says.
     *
     * @param labels outputs of the classifier
     * @param segments rows of the segment table, at least 2
     */
    record Config(BertEncoder encoder, int labels, int segments) {

        static Config read(JsonFile file, int labels) throws CheckpointException {
            ConfigValues.requireAbsolutePositions(file, MODEL_TYPE);
            int segments = ConfigValues.segments(file);
            if (segments < 2) {
                throw new CheckpointException(file.file() + ": \"type_vocab_size\" is " + segments + ", and a "
                        + MODEL_TYPE + " tells two texts apart by it; it must be at least 2");
            }
            return new Config(BertEncoder.read(file, ConfigValues.shape(file)), labels, segments);
        }
    }

    private final Config config;

    GatedBert(Config config) {
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
    public int segments() {
        return config.segments;
    }

    @Override
    public boolean readsSegments() {
        return true;
    }

    /** The place within the token's own text. */
    @Override
    public int[] positions(int[] ids, int[] segments) {
        int[] positions = new int[ids.length];
        int[] next = new int[config.segments];
        for (int i = 0; i < ids.length; i++) {
            positions[i] = next[segments[i]]++;
        }
        return positions;
    }

    @Override
    public <V> V encode(Ops<V> ops, Weights weights) {
        Layers<V> bert = new Layers<>(ops, weights.within("bert"));
        V x = embeddings().forward(bert.at("embeddings")); // [tokens, hidden]
        int heads = shape().heads();
        return config.encoder.forward(bert.at("encoder"), x, (layer, full) -> {
            V openness = ops.constant(layer.weights().require("attention.self.openness", 2, heads));
            return full.with(new RelativeBias.AcrossTexts<>(openness));
        });
    }

    @Override
    public <V> V forward(Ops<V> ops, Weights weights) {
        V x = encode(ops, weights);
        V query = ops.normalize(ops.pool(x, Pooling.MEAN_OF_FIRST_TEXT)); // [sequences, hidden]
        V document = ops.normalize(ops.pool(x, Pooling.MEAN_OF_SECOND_TEXT)); // [sequences, hidden]
        V agreement = ops.multiply(query, document); // [sequences, hidden]
        return new Layers<>(ops, weights).linear("classifier", agreement, shape().hidden(), config.labels);
    }

    private BertEmbeddings embeddings() {
        return new BertEmbeddings(
                shape().vocabulary(), config.segments, shape().maxTokens(), shape().hidden(), config.encoder.epsilon());
    }
}
