package dev.juxta;

import java.util.OptionalInt;
import java.util.function.IntConsumer;

/**
 * How pairs are scored.
 *
 * @param onLong what to do with pairs that are too long for the model
 * @param prompt what to put before the first text
 * @param maxLength tokens of a pair, or of each of its texts for models that embed them apart, where they are to be fewer
 *     than the model reads; special ones included
 * @param progress told, from the calling thread, how many pairs have been scored so far
 */
public record ScoreOptions(LongInput onLong, Prompt prompt, OptionalInt maxLength, IntConsumer progress) {

    private static final ScoreOptions DEFAULTS =
            new ScoreOptions(LongInput.TRUNCATE, Prompt.modelDefault(), OptionalInt.empty(), scored -> {});

    /** Truncation, reported; the model's own prompt. */
    public static ScoreOptions defaults() {
        return DEFAULTS;
    }

    public ScoreOptions withOnLong(LongInput onLong) {
        return new ScoreOptions(onLong, prompt, maxLength, progress);
    }

    public ScoreOptions withPrompt(Prompt prompt) {
        return new ScoreOptions(onLong, prompt, maxLength, progress);
    }

    public ScoreOptions withMaxLength(int tokens) {
        return new ScoreOptions(onLong, prompt, OptionalInt.of(tokens), progress);
    }

    public ScoreOptions withProgress(IntConsumer progress) {
        return new ScoreOptions(onLong, prompt, maxLength, progress);
    }

    /**
     * The tokens of a sequence.
     *
     * @param least with which there is room for texts
     * @param most that the model reads
     * @throws IllegalArgumentException if what is asked for is not between them
     */
    int maxLength(int least, int most) {
        int wanted = maxLength.orElse(most);
        if (wanted < least || wanted > most) {
            throw new IllegalArgumentException("A maximum length of " + wanted + " tokens is not between " + least
                    + ", which leaves room for texts, and " + most + ", which the model reads");
        }
        return wanted;
    }
}
