package dev.juxta;

import java.util.List;
import java.util.Optional;

/**
 * What a model says of one pair.
 *
 * @param logits the model's raw outputs, one per label; finite
 * @param values the logits after the model's activation, one per label; their range is the activation's (0 to 1 for a
 *     sigmoid), and they are probabilities only if the model was trained or calibrated for that
 * @param label the label with the largest logit, for models of several labels
 * @param tokens tokens that the model read, special ones included
 * @param truncated tokens that were cut off; 0 if it read everything
 * @param span the part of the second text that was scored: where {@link LongInput#CHUNK} picked one of several, and where
 *     something was cut off
 */
public record Score(
        List<Float> logits,
        List<Float> values,
        Optional<String> label,
        int tokens,
        int truncated,
        Optional<Span> span) {

    public Score {
        logits = List.copyOf(logits);
        values = List.copyOf(values);
        if (logits.isEmpty() || logits.size() != values.size()) {
            throw new IllegalArgumentException(logits.size() + " logits and " + values.size() + " values");
        }
        for (float logit : logits) {
            if (!Float.isFinite(logit)) {
                throw new IllegalArgumentException("A logit is finite, and this one is " + logit);
            }
        }
    }

    /** The score of a model with one label. */
    public static Score of(float logit, float value, int tokens, int truncated) {
        return new Score(List.of(logit), List.of(value), Optional.empty(), tokens, truncated, Optional.empty());
    }

    /**
     * The logit of a model with one label: what to rank by.
     *
     * @throws IllegalStateException if there are several labels
     */
    public float logit() {
        requireOneLabel();
        return logits.get(0);
    }

    /**
     * The activated value of a model with one label.
     *
     * @throws IllegalStateException if there are several labels
     */
    public float value() {
        requireOneLabel();
        return values.get(0);
    }

    private void requireOneLabel() {
        if (logits.size() != 1) {
            throw new IllegalStateException(
                    "There is no single score for " + logits.size() + " labels; read logits() or values()");
        }
    }

    /**
     * A part of a text.
     *
     * @param begin index of its first char
     * @param end index after its last char
     */
    public record Span(int begin, int end) {}
}
