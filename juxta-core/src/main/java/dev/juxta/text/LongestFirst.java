package dev.juxta.text;

/**
 * How many tokens of each text are kept when both do not fit, by the rule that Hugging Face calls {@code longest_first}:
 * the shorter text is kept whole if the longer can fill the rest with at least as many tokens; else both get half of the
 * room, the longer (of equals: the second) the odd token.
 *
 * @param first tokens kept of the first text
 * @param second tokens kept of the second text
 */
record LongestFirst(int first, int second) {

    static LongestFirst of(int first, int second, int room) {
        if (first + second <= room) {
            return new LongestFirst(first, second);
        }
        int shorter = Math.min(first, second);
        int kept = Math.min(shorter, room / 2);
        int rest = room - kept;
        return first > second ? new LongestFirst(rest, kept) : new LongestFirst(kept, rest);
    }
}
