package dev.juxta.text;

import java.util.List;

/**
 * Turns pairs of texts into sequences of at most {@code maxLength} tokens. A first text that stands in many pairs, such as
 * a query, is read once, by {@link #first}. Thread-safe, until it is closed.
 */
public interface PairTokenizer extends AutoCloseable {

    /** The number of tokens in every pair that stand for neither text. */
    int specials();

    /**
     * Reads the first text of pairs.
     *
     * @param prompt what to tell the model before it; empty for nothing
     */
    First first(String prompt, String text);

    /** A first text, ready for second ones. */
    interface First {

        /** The pair with a second text; what is over {@code maxLength} is cut. */
        TokenizedPair with(String second, int maxLength);

        /** The same, and how much of the second text is left: all of it where that cannot be told. */
        Window read(String second, int maxLength);

        /**
         * Windows over the second text that together cover it, each paired with the first text; consecutive windows
         * share a quarter of their tokens. Where the first text takes too much of the room it is cut, and every window
         * reports that.
         */
        List<Window> windows(String second, int maxLength);
    }

    /**
     * A part of the second text, paired with the first.
     *
     * @param pair the tokens
     * @param begin index of the part's first char in the second text
     * @param end index after its last char
     */
    record Window(TokenizedPair pair, int begin, int end) {}

    @Override
    void close();
}
