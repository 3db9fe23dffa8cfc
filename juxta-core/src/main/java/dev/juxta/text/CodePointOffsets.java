package dev.juxta.text;

/** Turns counts of code points, in which the tokenizer counts, into indices of chars, for growing counts. */
final class CodePointOffsets {

    private final String text;
    private int points;
    private int chars;

    CodePointOffsets(String text) {
        this.text = text;
    }

    int toChars(int codePoints) {
        if (codePoints < points) {
            points = 0;
            chars = 0;
        }
        chars = text.offsetByCodePoints(chars, codePoints - points);
        points = codePoints;
        return chars;
    }
}
