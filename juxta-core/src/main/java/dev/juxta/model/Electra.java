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
 *
 * @param labels outputs of the classifier
 * @param segments rows of the segment table
 * @param embedding width of the embedding tables
 */
record Electra(BertEncoder encoder, int labels, int segments, int embedding) implements BertKin {

    static final String MODEL_TYPE = "electra";

    /** What {@code config.json} says. */
    static Electra read(JsonFile file, int labels) throws CheckpointException {
        ConfigValues.requireAbsolutePositions(file, MODEL_TYPE);
        return new Electra(
                BertEncoder.read(file, ConfigValues.shape(file)),
                labels,
                ConfigValues.segments(file),
                file.integer("embedding_size", 1, ConfigValues.LARGEST_WIDTH).orElse(128));
    }

    @Override
    public String modelType() {
        return MODEL_TYPE;
    }

    @Override
    public <V> V encode(Ops<V> ops, Weights weights) {
        Layers<V> electra = new Layers<>(ops, weights.within("electra"));
        V x = embeddings().forward(electra.at("embeddings")); // [tokens, embedding]
        if (embedding != shape().hidden()) {
            x = electra.linear("embeddings_project", x, embedding, shape().hidden()); // [tokens, hidden]
        }
        return encoder.forward(electra.at("encoder"), x);
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
        return classifier.linear("out_proj", pooled, hidden, labels); // [sequences, labels]
    }

    @Override
    public BertEmbeddings embeddings() {
        return new BertEmbeddings(shape().vocabulary(), segments, shape().maxTokens(), embedding, encoder.epsilon());
    }
}
