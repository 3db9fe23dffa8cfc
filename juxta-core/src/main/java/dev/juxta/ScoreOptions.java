package dev.juxta;

import java.util.function.IntConsumer;

/**
 * How pairs are scored.
 *
 * @param onLong what to do with pairs that are too long for the model
 * @param prompt what to put before the first text
 * @param progress told, from the calling thread, how many pairs have been scored so far
 */
public record ScoreOptions(LongInput onLong, Prompt prompt, IntConsumer progress) {

    private static final ScoreOptions DEFAULTS =
            new ScoreOptions(LongInput.TRUNCATE, Prompt.modelDefault(), scored -> {});

    /** Truncation, reported; the model's own prompt. */
    public static ScoreOptions defaults() {
        return DEFAULTS;
    }

    public ScoreOptions withOnLong(LongInput onLong) {
        return new ScoreOptions(onLong, prompt, progress);
    }

    public ScoreOptions withPrompt(Prompt prompt) {
        return new ScoreOptions(onLong, prompt, progress);
    }

    public ScoreOptions withProgress(IntConsumer progress) {
        return new ScoreOptions(onLong, prompt, progress);
    }
}
