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
    MAX,
    /** the mean over the tokens of segment 0, the first text; zeros where there are none */
    MEAN_OF_FIRST_TEXT,
    /** the mean over the tokens of other segments; zeros where there are none */
    MEAN_OF_SECOND_TEXT;

    /** Whether the pooled row is one of the sequence's rows, unchanged. */
    public boolean selects() {
        return this == FIRST || this == FIRST_POOLED || this == LAST;
    }

    /**
     * What each token of a sequence is multiplied with before the sum, for the modes that sum: [tokens], zeros for tokens
     * that are not pooled.
     *
     * @param segments of the tokens
     * @param unpooled how many of the first tokens are not pooled
     */
    public float[] weights(int[] segments, int unpooled) {
        double[] shares = new double[segments.length];
        double sum = 0;
        for (int place = unpooled; place < segments.length; place++) {
            shares[place] = share(place, segments[place]);
            sum += shares[place];
        }
        double divisor = this == MEAN_SQRT ? Math.sqrt(sum) : Math.max(1, sum);
        float[] weights = new float[segments.length];
        for (int place = unpooled; place < segments.length; place++) {
            weights[place] = (float) (shares[place] / divisor);
        }
        return weights;
    }

    private double share(int place, int segment) {
        return switch (this) {
            case MEAN, MEAN_SQRT -> 1;
            case WEIGHTED_MEAN -> place + 1;
            case MEAN_OF_FIRST_TEXT -> segment == 0 ? 1 : 0;
            case MEAN_OF_SECOND_TEXT -> segment == 0 ? 0 : 1;
            case FIRST, FIRST_POOLED, LAST, MAX -> throw new IllegalStateException(this + " is no sum");
        };
    }
}
