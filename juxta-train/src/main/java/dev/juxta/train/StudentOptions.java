package dev.juxta.train;

import java.util.OptionalInt;

/**
 * What a checkpoint is to become.
 *
 * @param kind how it is to score; a checkpoint that scores so already keeps its own head, pooling, prompts and markers
 * @param layers how many of its layers to keep, evenly spaced from the first to the last; empty for all
 * @param scale what similarities are multiplied with before the loss sees them; cross-encoders have none
 * @param maxLength tokens per document of a model that did not embed before, as it will be read ever after
 */
public record StudentOptions(ModelKind kind, OptionalInt layers, double scale, int maxLength) {

    private static final int MAX_LENGTH = 256;

    public StudentOptions {
        if (!(scale > 0) || maxLength < 1) {
            throw new IllegalArgumentException(
                    "A scale must be above 0 and a length at least 1: " + scale + ", " + maxLength);
        }
    }

    /** A cross-encoder with all layers. */
    public static StudentOptions crossEncoder() {
        return new StudentOptions(ModelKind.CROSS_ENCODER, OptionalInt.empty(), 1, MAX_LENGTH);
    }

    /** With some of the layers. */
    public StudentOptions withLayers(int count) {
        return new StudentOptions(kind, OptionalInt.of(count), scale, maxLength);
    }

    /** What must be the same for a training to go on. */
    String fingerprint() {
        return kind + " with scale " + scale + " and " + maxLength + " tokens";
    }
}
