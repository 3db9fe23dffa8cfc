package dev.juxta.text;

import java.util.Arrays;

/**
 * One text as the model reads it. The arrays are not copied; nobody changes them.
 *
 * @param ids vocabulary ids with special tokens, [tokens]
 * @param segments segment of each token, [tokens]
 * @param lengthBefore the number of tokens, special ones included, before truncation
 * @param attended how many of the first tokens all of them attend to; usually all
 */
public record TokenizedText(int[] ids, int[] segments, int lengthBefore, int attended) {

    /** A text that attends to all of its tokens. */
    public TokenizedText(int[] ids, int[] segments, int lengthBefore) {
        this(ids, segments, lengthBefore, ids.length);
    }

    /** The number of tokens. */
    public int length() {
        return ids.length;
    }

    /** How many tokens were cut off. */
    public int truncated() {
        return lengthBefore - ids.length;
    }

    /**
     * Filled up to a length with a token, as ColBERT fills up queries with masks.
     *
     * @param isAttended whether the tokens that are added are attended to, and do not only attend to the others
     */
    public TokenizedText padded(int length, int id, boolean isAttended) {
        if (ids.length >= length) {
            return this;
        }
        int[] filled = Arrays.copyOf(ids, length);
        Arrays.fill(filled, ids.length, length, id);
        int before = lengthBefore + length - ids.length;
        return new TokenizedText(filled, Arrays.copyOf(segments, length), before, isAttended ? length : ids.length);
    }
}
