package dev.juxta.model;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.model.Architecture.Shape;
import dev.juxta.ops.ActivationFunction;
import dev.juxta.ops.Attention;

/**
 * The stack of post-norm transformer blocks of BERT (Devlin et al. 2018, arXiv:1810.04805), which RoBERTa and ELECTRA
 * have to the letter.
 *
 * @param activation inside the feed-forward layers
 * @param epsilon of every layer normalization
 */
record BertEncoder(Shape shape, ActivationFunction activation, float epsilon) {

    /** Of this shape, with the activation and the epsilon that {@code config.json} names. */
    static BertEncoder read(JsonFile file, Shape shape) throws CheckpointException {
        return new BertEncoder(
                shape,
                ConfigValues.activation(file, "hidden_act", "gelu"),
                ConfigValues.epsilon(file, "layer_norm_eps", 1e-12));
    }

    /** All blocks: [tokens, hidden] → [tokens, hidden]. */
    <V> V forward(Layers<V> encoder, V x) {
        return forward(encoder, x, (layer, attention) -> attention);
    }

    /** How a layer attends. */
    interface Attending<V> {

        /**
         * The attention of a layer.
         *
         * @param layer the layer's weights
         * @param full of every token to every other
         */
        Attention<V> of(Layers<V> layer, Attention<V> full);
    }

    /** All blocks, whose attention is changed: [tokens, hidden] → [tokens, hidden]. */
    <V> V forward(Layers<V> encoder, V x, Attending<V> attending) {
        for (int i = 0; i < shape.layers(); i++) {
            x = block(encoder.at("layer." + i), x, attending);
        }
        return x;
    }

    private <V> V block(Layers<V> layer, V x, Attending<V> attending) {
        int hidden = shape.hidden();
        V query = layer.linear("attention.self.query", x, hidden, hidden); // [tokens, hidden]
        V key = layer.linear("attention.self.key", x, hidden, hidden);
        V value = layer.linear("attention.self.value", x, hidden, hidden);
        int heads = shape.heads();
        Attention<V> full = Attention.full(query, key, value, heads, hidden / heads);
        V context = layer.ops().attention(attending.of(layer, full)); // [tokens, hidden]
        V attended = layer.linear("attention.output.dense", context, hidden, hidden);
        return feedForward(layer, layer.ops().add(attended, x), "attention.output.LayerNorm");
    }

    /** The second half of a block, with the norm that ends the first: [tokens, hidden] → [tokens, hidden]. */
    <V> V feedForward(Layers<V> layer, V sum, String firstNorm) {
        int hidden = shape.hidden();
        int wide = shape.intermediate();
        V x = layer.norm(firstNorm, sum, hidden, epsilon);
        V inner = layer.dense("intermediate.dense", x, hidden, wide, activation);
        V outer = layer.linear("output.dense", inner, wide, hidden);
        return layer.norm("output.LayerNorm", layer.ops().add(outer, x), hidden, epsilon);
    }
}
