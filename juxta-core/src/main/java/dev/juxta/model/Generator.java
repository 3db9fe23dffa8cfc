package dev.juxta.model;

import dev.juxta.checkpoint.Weight;
import dev.juxta.checkpoint.Weights;
import dev.juxta.ops.Ops;
import dev.juxta.ops.Pooling;
import java.util.OptionalInt;

/** An architecture that can tell the logits of a next token, and is scored at its last. */
interface Generator extends Architecture {

    /** Outputs of the sequence classification head. */
    int labels();

    /** The id of the padding token, if there is one. */
    OptionalInt padding();

    @Override
    default int scoredTokens(int[] ids) {
        OptionalInt padding = padding();
        int last = ids.length - 1;
        while (last > 0 && padding.isPresent() && ids[last] == padding.getAsInt()) {
            last--;
        }
        // a sequence of nothing but padding is scored at its first token
        return Math.min(ids.length, last + 1);
    }

    @Override
    default <V> V forward(Ops<V> ops, Weights weights) {
        weights.ignore("lm_head"); // the head of pre-training, which transformers leaves out too
        V last = ops.pool(encode(ops, weights), Pooling.LAST); // [sequences, hidden]
        return new Layers<>(ops, weights)
                .linear("score", last, shape().hidden(), labels(), false); // [sequences, labels]
    }

    /** The matrix [vocabulary, hidden] whose rows give the logits of tokens; often the embeddings themselves. */
    default Weight vocabularyHead(Weights weights) {
        int vocabulary = shape().vocabulary();
        int hidden = shape().hidden();
        return weights.find("lm_head.weight", vocabulary, hidden)
                .orElseGet(() -> weights.within("model").require("embed_tokens.weight", vocabulary, hidden));
    }
}
