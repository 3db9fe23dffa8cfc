package dev.juxta.ops;

/**
 * How the tokens of a sequence become one row. Those that are computed of several tokens leave out the first ones that the
 * batch says are not pooled, such as a prompt's.
 */
public enum Pooling {
    /** the first token, usually [CLS] */
    FIRST,
    /** the first token that is pooled */
    FIRST_POOLED,
    /** the last token, which has seen all others in a causal model */
    LAST,
    /** the mean over all tokens */
    MEAN,
    /** the sum over all tokens, divided by the root of their number */
    MEAN_SQRT,
    /** the mean over all tokens, each as often as its place in the sequence says: Σ i·x_i / Σ i, from i = 1 on */
    WEIGHTED_MEAN,
    /** the largest value of each column over all tokens */
    MAX;

    /** Whether the pooled row is one of the sequence's rows, unchanged. */
    public boolean selects() {
        return this == FIRST || this == FIRST_POOLED || this == LAST;
    }

    /**
     * What a token is multiplied with before the sum, for the modes that sum.
     *
     * @param place of the token in its sequence, from 0
     * @param first the first token that is pooled
     * @param length tokens of the sequence
     */
    public double weight(int place, int first, int length) {
        int count = length - first;
        return switch (this) {
            case MEAN -> 1.0 / count;
            case MEAN_SQRT -> 1 / Math.sqrt(count);
            case WEIGHTED_MEAN -> (place + 1) / (0.5 * length * (length + 1.0) - 0.5 * first * (first + 1.0));
            case FIRST, FIRST_POOLED, LAST, MAX -> throw new IllegalStateException(this + " is no sum");
        };
    }
}
