package dev.juxta;

import dev.juxta.checkpoint.ModelCard;
import dev.juxta.checkpoint.ScoreCalibration;
import dev.juxta.engine.Precision;
import dev.juxta.model.Architecture.Shape;
import dev.juxta.model.OutputActivation;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was loaded, and how it was resolved.
 *
 * @param location the directory, or where on the class path
 * @param architecture the {@code model_type}
 * @param shape the network's measures
 * @param parameters number of weights
 * @param storedFormat the number format of most weights as stored
 * @param labels the names of the outputs, in order
 * @param activation what turns logits into values
 * @param activationSource where that was found
 * @param maxLength tokens per pair, special ones included
 * @param maxLengthSource where that was found
 * @param prompts saved prompts by name
 * @param defaultPrompt the name of the one that is used by default
 * @param calibration what its values mean, by its configuration
 * @param card what its authors say of it
 * @param engine what computes
 * @param precision in which number format
 * @param threads on how many threads
 */
public record ModelInfo(
        String location,
        String architecture,
        Shape shape,
        long parameters,
        String storedFormat,
        List<String> labels,
        OutputActivation activation,
        String activationSource,
        int maxLength,
        String maxLengthSource,
        Map<String, String> prompts,
        Optional<String> defaultPrompt,
        ScoreCalibration calibration,
        ModelCard card,
        String engine,
        Precision precision,
        int threads) {

    public ModelInfo {
        labels = List.copyOf(labels);
        prompts = Collections.unmodifiableMap(new LinkedHashMap<>(prompts)); // in the order of their file
    }

    /** Whether the sigmoid of its logit is a probability, as its configuration says. */
    public boolean calibrated() {
        return calibration.calibrated();
    }

    /**
     * The value below which the best document is no good match. Models that were calibrated for their sigmoid know it;
     * with another activation it says nothing.
     */
    public Optional<Double> noMatchBelow() {
        return activation == OutputActivation.SIGMOID ? calibration.noMatchBelow() : Optional.empty();
    }
}
