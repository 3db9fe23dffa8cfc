package dev.juxta.text;

/**
 * One text as the model reads it. The arrays are not copied; nobody changes them.
 *
 * @param ids vocabulary ids with special tokens, [tokens]
 * @param segments segment of each token, [tokens]
 * @param lengthBefore the number of tokens, special ones included, before truncation
 */
public record TokenizedText(int[] ids, int[] segments, int lengthBefore) {

    /** The number of tokens. */
    public int length() {
        return ids.length;
    }

    /** How many tokens were cut off. */
    public int truncated() {
        return lengthBefore - ids.length;
    }
}
