package dev.juxta.model;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.checkpoint.Weights;
import dev.juxta.ops.ActivationFunction;
import dev.juxta.ops.Ops;
import dev.juxta.ops.Pooling;

/**
 * ELECTRA with a sequence classification head (Clark et al. 2020, arXiv:2003.10555): BERT's blocks over embeddings that
 * may be narrower than they.
 */
final class Electra implements Architecture {

    static final String MODEL_TYPE = "electra";

    /**
     * What {@code config.json} says.
     *
     * @param labels outputs of the classifier
     * @param segments rows of the segment table
     * @param embedding width of the embedding tables
     */
    record Config(BertEncoder encoder, int labels, int segments, int embedding) {

        static Config read(JsonFile file, int labels) throws CheckpointException {
            ConfigValues.requireAbsolutePositions(file, MODEL_TYPE);
            return new Config(
                    BertEncoder.read(file, ConfigValues.shape(file)),
                    labels,
                    ConfigValues.segments(file),
                    file.integer("embedding_size", 1, ConfigValues.LARGEST_WIDTH)
                            .orElse(128));
        }
    }

    private final Config config;

    Electra(Config config) {
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

    @Override
    public <V> V encode(Ops<V> ops, Weights weights) {
        Layers<V> electra = new Layers<>(ops, weights.within("electra"));
        V x = embeddings().forward(electra.at("embeddings")); // [tokens, embedding]
        if (config.embedding != shape().hidden()) {
            x = electra.linear("embeddings_project", x, config.embedding, shape().hidden()); // [tokens, hidden]
        }
        return config.encoder.forward(electra.at("encoder"), x);
    }

    @Override
    public <V> V forward(Ops<V> ops, Weights weights) {
        weights.ignore("discriminator_predictions"); // the heads of pre-training, which transformers leaves out too
        weights.ignore("generator_predictions");
        weights.ignore("generator_lm_head");
        int hidden = shape().hidden();
        V first = ops.pool(encode(ops, weights), Pooling.FIRST); // [sequences, hidden]
        Layers<V> classifier = new Layers<>(ops, weights.at("classifier"));
        V pooled = classifier.dense("dense", first, hidden, hidden, ActivationFunction.GELU);
        return classifier.linear("out_proj", pooled, hidden, config.labels); // [sequences, labels]
    }

    private BertEmbeddings embeddings() {
        return new BertEmbeddings(
                shape().vocabulary(), config.segments, shape().maxTokens(), config.embedding, config.encoder.epsilon());
    }
}
