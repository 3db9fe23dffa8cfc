package dev.juxta.ops;

/** Which number of a token picks its row in an embedding table. */
public enum TokenIndex {
    /** the vocabulary id */
    ID,
    /** the segment (token type): 0 for the first text, 1 for the second */
    SEGMENT,
    /** the position within the sequence, from 0, plus the architecture's offset */
    POSITION
}
