package dev.juxta.server.model;

import dev.juxta.LongInput;
import dev.juxta.Prompt;
import dev.juxta.ScoreOptions;
import dev.juxta.TextPair;
import java.util.List;
import java.util.OptionalInt;

/**
 * Pairs that a caller wants scored.
 *
 * @param pairs the pairs
 * @param onLong what to do with those that are too long
 * @param maxLength tokens of a pair, where it is to be fewer than the model reads
 */
public record PairsToScore(List<TextPair> pairs, LongInput onLong, OptionalInt maxLength) {

    public PairsToScore {
        pairs = List.copyOf(pairs);
    }

    /** The same for the library. */
    ScoreOptions options(Prompt prompt) {
        ScoreOptions options = ScoreOptions.defaults().withOnLong(onLong).withPrompt(prompt);
        return maxLength.isPresent() ? options.withMaxLength(maxLength.getAsInt()) : options;
    }
}
