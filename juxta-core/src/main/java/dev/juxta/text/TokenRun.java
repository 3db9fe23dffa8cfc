package dev.juxta.text;

import java.util.ArrayList;
import java.util.List;

/**
 * A run of a text's tokens.
 *
 * @param from the first
 * @param length how many
 */
record TokenRun(int from, int length) {

    /** Of a window's tokens, the part that it shares with the window before. */
    private static final int OVERLAP_DIVISOR = 4;

    /**
     * Runs of at most {@code size} that together cover a text of {@code count} tokens; consecutive ones share a quarter of
     * their tokens.
     */
    static List<TokenRun> windows(int count, int size) {
        int step = Math.max(1, size - size / OVERLAP_DIVISOR);
        List<TokenRun> runs = new ArrayList<>();
        for (int from = 0; ; from += step) {
            int length = Math.min(size, count - from);
            runs.add(new TokenRun(from, length));
            if (from + length >= count) {
                return runs;
            }
        }
    }
}
