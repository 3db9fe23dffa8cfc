package dev.juxta.model;

import dev.juxta.checkpoint.Weight;
import dev.juxta.checkpoint.Weights;

/** An architecture that can tell the logits of a next token. */
interface Generator extends Architecture {

    /** The matrix [vocabulary, hidden] whose rows give the logits of tokens; often the embeddings themselves. */
    Weight vocabularyHead(Weights weights);
}
