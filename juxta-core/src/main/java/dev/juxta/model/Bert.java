package dev.juxta.model;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.checkpoint.Weights;
import dev.juxta.ops.ActivationFunction;
import dev.juxta.ops.Ops;
import dev.juxta.ops.Pooling;

/**
 * BERT with a sequence classification head (Devlin et al. 2018, arXiv:1810.04805), and what has its shape: MiniLM
 * (arXiv:2002.10957) and TinyBERT (arXiv:1909.10351).
 *
 * @param labels outputs of the classifier
 * @param segments rows of the segment table
 */
record Bert(BertEncoder encoder, int labels, int segments) implements BertKin {

    static final String MODEL_TYPE = "bert";

    /** What {@code config.json} says. */
    static Bert read(JsonFile file, int labels) throws CheckpointException {
        ConfigValues.requireAbsolutePositions(file, MODEL_TYPE);
        return new Bert(BertEncoder.read(file, ConfigValues.shape(file)), labels, ConfigValues.segments(file));
    }

    @Override
    public String modelType() {
        return MODEL_TYPE;
    }

    @Override
    public <V> V encode(Ops<V> ops, Weights weights) {
        Weights own = weights.within("bert");
        own.ignore("pooler"); // BertModel has one, and nothing that reads the tokens reads it
        return encode(new Layers<>(ops, own));
    }

    @Override
    public <V> V forward(Ops<V> ops, Weights weights) {
        weights.ignore("cls"); // BertForPreTraining's heads, which transformers leaves out too
        Layers<V> bert = new Layers<>(ops, weights.within("bert"));
        int hidden = shape().hidden();
        V first = ops.pool(encode(bert), Pooling.FIRST); // [sequences, hidden]
        V pooled = bert.dense("pooler.dense", first, hidden, hidden, ActivationFunction.TANH);
        return new Layers<>(ops, weights).linear("classifier", pooled, hidden, labels); // [sequences, labels]
    }

    private <V> V encode(Layers<V> bert) {
        return encoder.forward(bert.at("encoder"), embeddings().forward(bert.at("embeddings")));
    }
}
