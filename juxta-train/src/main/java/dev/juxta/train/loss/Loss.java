package dev.juxta.train.loss;

import java.util.Optional;

/**
 * What scores cost, given what they should be. A loss is a mean, over scores, lists or pairs of documents as its class says,
 * so that its size does not grow with the batch.
 */
public interface Loss {

    /** Its name, as the command line takes it. */
    String name();

    /** The cost of a batch, and its slope by each score. */
    LossValue of(ScoredLists batch);

    /** Whether it learns from how documents of a query compare, so that a list of one teaches it nothing. */
    default boolean comparesDocuments() {
        return true;
    }

    /** Why a label cannot be learned by it; empty if it can. */
    default Optional<String> refusal(float label) {
        return Optional.empty();
    }

    /** Whether what a model learns by it is the log odds of a label, so that a sigmoid turns its score into a probability. */
    default boolean teachesLogOdds() {
        return false;
    }
}
