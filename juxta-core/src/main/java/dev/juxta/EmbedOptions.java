package dev.juxta;

import java.util.OptionalInt;
import java.util.function.IntConsumer;

/**
 * How texts are embedded.
 *
 * @param role what the texts are
 * @param prompt what to put before each text; the model's default is that of the role
 * @param dimensions how many of the first dimensions to keep, for models that were trained for that (Matryoshka
 *     representation learning, Kusupati et al. 2022, arXiv:2205.13147); empty for what the checkpoint says
 * @param normalize whether vectors are brought to unit length at the end, after a cut
 * @param onLong what to do with texts that are too long; {@link LongInput#CHUNK} is refused, as a text has one vector
 * @param progress told, from the calling thread, how many texts have been embedded so far
 */
public record EmbedOptions(
        TextRole role,
        Prompt prompt,
        OptionalInt dimensions,
        boolean normalize,
        LongInput onLong,
        IntConsumer progress) {

    private static final EmbedOptions DEFAULTS = new EmbedOptions(
            TextRole.TEXT, Prompt.modelDefault(), OptionalInt.empty(), false, LongInput.TRUNCATE, embedded -> {});

    public EmbedOptions {
        if (dimensions.isPresent() && dimensions.getAsInt() < 1) {
            throw new IllegalArgumentException("dimensions must be at least 1, not " + dimensions.getAsInt());
        }
        if (onLong == LongInput.CHUNK) {
            throw new IllegalArgumentException(
                    "chunk picks the best of a pair's windows, and a text alone has none; choose truncate or fail");
        }
    }

    /** As neither query nor document, with the model's default prompt and dimensions; truncation, reported. */
    public static EmbedOptions defaults() {
        return DEFAULTS;
    }

    /** With the defaults for texts of this role. */
    public static EmbedOptions as(TextRole role) {
        return DEFAULTS.withRole(role);
    }

    public EmbedOptions withRole(TextRole as) {
        return new EmbedOptions(as, prompt, dimensions, normalize, onLong, progress);
    }

    public EmbedOptions withPrompt(Prompt before) {
        return new EmbedOptions(role, before, dimensions, normalize, onLong, progress);
    }

    public EmbedOptions withDimensions(int count) {
        return new EmbedOptions(role, prompt, OptionalInt.of(count), normalize, onLong, progress);
    }

    public EmbedOptions withNormalize(boolean unitLength) {
        return new EmbedOptions(role, prompt, dimensions, unitLength, onLong, progress);
    }

    public EmbedOptions withOnLong(LongInput action) {
        return new EmbedOptions(role, prompt, dimensions, normalize, action, progress);
    }

    public EmbedOptions withProgress(IntConsumer listener) {
        return new EmbedOptions(role, prompt, dimensions, normalize, onLong, listener);
    }
}
