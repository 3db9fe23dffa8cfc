package dev.juxta.server.model;

import dev.juxta.LongInput;
import dev.juxta.TextPair;
import java.util.List;

/** Guesses what texts cost before they are tokenized. */
final class TokenEstimate {

    /** English has four to five chars to a token; what has fewer is corrected once it is read. */
    private static final int CHARS_PER_TOKEN = 4;

    private static final int SPECIALS = 4;

    private TokenEstimate() {}

    static long of(List<TextPair> pairs, LongInput onLong, int maxLength) {
        long tokens = 0;
        for (TextPair pair : pairs) {
            long whole =
                    SPECIALS + ((long) pair.first().length() + pair.second().length()) / CHARS_PER_TOKEN;
            tokens += onLong == LongInput.CHUNK ? whole : Math.min(maxLength, whole);
        }
        return tokens;
    }

    static int of(String text, int maxLength) {
        return Math.min(maxLength, SPECIALS + text.length() / CHARS_PER_TOKEN);
    }
}
