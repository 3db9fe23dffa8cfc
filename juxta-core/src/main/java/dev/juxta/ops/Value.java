package dev.juxta.ops;

/**
 * A value of a recorded program: a place, not numbers.
 *
 * @param id its number in the order of recording, from 0
 * @param rows what its rows stand for
 * @param width columns
 */
public record Value(int id, Rows rows, int width) {

    /** What the rows of a value stand for. */
    public sealed interface Rows {
        /** One row per token of the packed batch. */
        record Tokens() implements Rows {}

        /** One row per sequence of the packed batch. */
        record Sequences() implements Rows {}

        /** The same rows for every batch. */
        record Fixed(int count) implements Rows {}

        Rows TOKENS = new Tokens();
        Rows SEQUENCES = new Sequences();
    }
}
