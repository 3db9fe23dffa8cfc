package dev.juxta.model;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.checkpoint.Weights;
import dev.juxta.ops.ActivationFunction;
import dev.juxta.ops.Ops;
import dev.juxta.ops.Pooling;

/**
 * RoBERTa with a sequence classification head (Liu et al. 2019, arXiv:1907.11692), and what has its shape: XLM-R (Conneau
 * et al. 2019, arXiv:1911.02116) and CamemBERT (Martin et al. 2019, arXiv:1911.03894).
 */
final class Roberta implements Architecture {

    static final String ROBERTA = "roberta";
    static final String XLM_ROBERTA = "xlm-roberta";
    static final String CAMEMBERT = "camembert";

    /**
     * What {@code config.json} says.
     *
     * @param labels outputs of the classifier
     * @param segments rows of the segment table, of which most have one
     */
    record Config(String modelType, BertEncoder encoder, PaddedPositions positions, int labels, int segments) {

        static Config read(JsonFile file, String modelType, int labels) throws CheckpointException {
            ConfigValues.requireAbsolutePositions(file, modelType);
            Architecture.Shape shape = ConfigValues.shape(file);
            int padding =
                    file.integer("pad_token_id", 0, ConfigValues.LARGEST_TABLE).orElse(1);
            PaddedPositions positions = PaddedPositions.of(file, padding, shape);
            BertEncoder encoder = BertEncoder.read(file, ConfigValues.withMaxTokens(shape, positions.usable()));
            return new Config(modelType, encoder, positions, labels, ConfigValues.segments(file));
        }
    }

    private final Config config;

    Roberta(Config config) {
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
    public int[] positions(int[] ids, int[] segments) {
        return config.positions.of(ids);
    }

    @Override
    public <V> V encode(Ops<V> ops, Weights weights) {
        Weights own = weights.within("roberta");
        own.ignore("pooler"); // early checkpoints have one, which no head reads
        Layers<V> roberta = new Layers<>(ops, own);
        return config.encoder.forward(roberta.at("encoder"), embeddings().forward(roberta.at("embeddings")));
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

    private BertEmbeddings embeddings() {
        return new BertEmbeddings(
                shape().vocabulary(),
                config.segments,
                config.positions.rows(),
                shape().hidden(),
                config.encoder.epsilon());
    }
}
