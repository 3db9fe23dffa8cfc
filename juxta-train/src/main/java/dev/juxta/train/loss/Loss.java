package dev.juxta.train.loss;

/** What scores cost, given what they should be. Every loss is a mean, so that its size does not grow with the batch. */
public interface Loss {

    /** Its name, as the command line takes it. */
    String name();

    /** The cost of a batch, and its slope; finite wherever scores and labels are. */
    LossValue of(ScoredLists batch);

    /** Whether it learns from how documents of a query compare, so that a list of one teaches it nothing. */
    default boolean comparesDocuments() {
        return true;
    }

    /** Whether what a model learns by it is the log odds of a label, so that a sigmoid turns its score into a probability. */
    default boolean teachesLogOdds() {
        return false;
    }
}
