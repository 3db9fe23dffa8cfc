package dev.juxta.checkpoint;

import java.io.IOException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What {@code config.json} says, under {@code "juxta"}, of the meaning of a model's scores.
 *
 * @param calibrated whether the sigmoid of its logit is a probability
 * @param noMatchBelow the value below which the best of several documents is no good match, from 0 to 1
 */
public record ScoreCalibration(boolean calibrated, Optional<Double> noMatchBelow) {

    private static final String KEY = "juxta";
    private static final String NO_MATCH = "no_match_below";

    /**
     * Reads it.
     *
     * @return of a model that says nothing: not calibrated
     * @throws CheckpointException if the value is no number from 0 to 1
     */
    public static ScoreCalibration read(CheckpointFiles files) throws IOException {
        JsonFile config = JsonFile.read(files, "config.json");
        Optional<JsonFile> ours = config.object(KEY);
        if (ours.isEmpty()) {
            return new ScoreCalibration(false, Optional.empty());
        }
        JsonNode below = ours.get().root().path(NO_MATCH);
        if (!below.isMissingNode() && !(below.isNumber() && below.doubleValue() >= 0 && below.doubleValue() <= 1)) {
            throw new CheckpointException(
                    config.file() + ": \"" + NO_MATCH + "\" must be a number from 0 to 1, and is " + below);
        }
        return new ScoreCalibration(
                ours.get().flag("calibrated").orElse(false),
                below.isMissingNode() ? Optional.empty() : Optional.of(below.doubleValue()));
    }
}
