package dev.juxta;

import java.util.Arrays;
import java.util.Locale;

/** What to do with a pair that is longer than the model can read. */
public enum LongInput {
    /** Cut the longer text first, and say in the score how many tokens were cut. */
    TRUNCATE,
    /** Score windows over the second text that overlap by a quarter; the best one counts, and its span is returned. */
    CHUNK,
    /** Refuse the pair with a {@link TooLongException}. */
    FAIL;

    /**
     * Reads {@code truncate}, {@code chunk} or {@code fail}.
     *
     * @throws IllegalArgumentException for any other text
     */
    public static LongInput parse(String text) {
        return Arrays.stream(values())
                .filter(value -> value.toString().equals(text))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("\"" + text + "\" is not one of truncate, chunk, fail"));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
