package dev.juxta.ops;

/** How the tokens of a sequence become one row. */
public enum Pooling {
    /** the first token, usually [CLS] */
    FIRST,
    /** the last token, which has seen all others in a causal model */
    LAST,
    /** the mean over all tokens */
    MEAN,
    /** the largest value of each column over all tokens */
    MAX;

    /** Whether the pooled row is one of the sequence's rows, unchanged. */
    public boolean selects() {
        return this == FIRST || this == LAST;
    }
}
