package dev.juxta.model;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.ops.Attention.Rotary;
import dev.juxta.ops.Attention.Stretch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rotary positions that a {@code config.json} asks for, under the names of old and new files: {@code rope_theta} and
 * {@code rope_scaling}, or both in {@code rope_parameters}.
 */
final class RotaryConfig {

    private static final double LARGEST = 1e9;

    private RotaryConfig() {}

    /**
     * The positions of a network whose layers share them.
     *
     * @param headWidth columns of a head
     * @param positions {@code max_position_embeddings}
     */
    static Rotary read(JsonFile file, double otherwise, int headWidth, int positions) throws CheckpointException {
        Optional<JsonFile> parameters = file.object("rope_parameters");
        Optional<JsonFile> scaling = parameters.isPresent() ? parameters : file.object("rope_scaling");
        Optional<Double> theta = parameters.isPresent() ? parameters.get().number("rope_theta") : Optional.empty();
        if (theta.isEmpty()) {
            theta = file.number("rope_theta");
        }
        return of(theta.orElse(otherwise), scaling, headWidth, positions);
    }

    /** The positions of base {@code theta}, changed as {@code scaling} says, if it is there. */
    static Rotary of(double theta, Optional<JsonFile> scaling, int headWidth, int positions)
            throws CheckpointException {
        Rotary plain = new Rotary(theta);
        return scaling.isEmpty()
                ? plain
                : new Rotary(plain.theta(), stretch(scaling.get(), plain, headWidth, positions));
    }

    /** Refuses frequencies that are stretched for longer texts. */
    static void requireDefault(JsonFile parameters) throws CheckpointException {
        String type = type(parameters);
        if (!type.equals("default")) {
            throw new CheckpointException(parameters.file() + ": the rotary positions are of the type \"" + type
                    + "\", which is not supported here; only \"default\" is");
        }
    }

    private static String type(JsonFile parameters) throws CheckpointException {
        Optional<String> type = parameters.text("rope_type");
        return type.isPresent() ? type.get() : parameters.text("type").orElse("default");
    }

    private static Optional<Stretch> stretch(JsonFile scaling, Rotary plain, int headWidth, int positions)
            throws CheckpointException {
        String type = type(scaling);
        return switch (type) {
            // dynamic frequencies change beyond max_position_embeddings, and no sequence is longer
            case "default", "dynamic" -> Optional.empty();
            case "linear" -> {
                double factor = factor(scaling, "factor");
                yield Optional.of(new Stretch(factors(headWidth, i -> 1 / factor), 1));
            }
            case "llama3" -> Optional.of(llama3(scaling, plain, headWidth));
            case "yarn" -> Optional.of(yarn(scaling, plain, headWidth, positions));
            default ->
                throw new CheckpointException(scaling.file() + ": the rotary positions are of the type \"" + type
                        + "\", which is not supported; supported are default, linear, dynamic, llama3 and yarn");
        };
    }

    private interface Factor {
        double of(int i);
    }

    private static List<Double> factors(int headWidth, Factor factor) {
        List<Double> factors = new ArrayList<>();
        for (int i = 0; i < headWidth / 2; i++) {
            factors.add(factor.of(i));
        }
        return factors;
    }

    /** Long waves are stretched, short ones are not, and those between in part (Llama 3.1, arXiv:2407.21783). */
    private static Stretch llama3(JsonFile scaling, Rotary plain, int headWidth) throws CheckpointException {
        double factor = factor(scaling, "factor");
        double low = factor(scaling, "low_freq_factor");
        double high = factor(scaling, "high_freq_factor");
        double context = factor(scaling, "original_max_position_embeddings");
        return new Stretch(
                factors(headWidth, i -> {
                    double wave = 2 * Math.PI / plain.frequency(i, headWidth);
                    if (wave > context / low) {
                        return 1 / factor;
                    }
                    if (wave < context / high) {
                        return 1;
                    }
                    double smooth = (context / wave - low) / (high - low);
                    return (1 - smooth) / factor + smooth;
                }),
                1);
    }

    /** YaRN (Peng et al. 2023, arXiv:2309.00071): a ramp from kept to stretched frequencies, and a magnitude. */
    private static Stretch yarn(JsonFile scaling, Rotary plain, int headWidth, int positions)
            throws CheckpointException {
        double context = scaling.has("original_max_position_embeddings")
                ? factor(scaling, "original_max_position_embeddings")
                : positions;
        boolean inferred = !scaling.has("factor") && scaling.has("original_max_position_embeddings");
        double factor = inferred ? positions / context : factor(scaling, "factor");
        double low = turning(scaling, "beta_fast", 32, plain, headWidth, context);
        double high = turning(scaling, "beta_slow", 1, plain, headWidth, context);
        if (scaling.flag("truncate").orElse(true)) {
            low = Math.floor(low);
            high = Math.ceil(high);
        }
        double begin = Math.max(low, 0);
        double end = Math.min(high, headWidth - 1.0);
        double width = end == begin ? 0.001 : end - begin;
        return new Stretch(
                factors(headWidth, i -> {
                    double stretched = Math.max(0, Math.min(1, (i - begin) / width));
                    return stretched / factor + (1 - stretched);
                }),
                magnitude(scaling, factor));
    }

    /** The pair that makes so many turns within the context. */
    private static double turning(
            JsonFile scaling, String key, double otherwise, Rotary plain, int headWidth, double context)
            throws CheckpointException {
        double turns = scaling.has(key) ? factor(scaling, key) : otherwise;
        return headWidth * Math.log(context / (turns * 2 * Math.PI)) / (2 * Math.log(plain.theta()));
    }

    private static double magnitude(JsonFile scaling, double factor) throws CheckpointException {
        Optional<Double> given = scaling.number("attention_factor");
        if (given.isPresent()) {
            return given.get();
        }
        double one = scaling.number("mscale").orElse(0.0);
        double all = scaling.number("mscale_all_dim").orElse(0.0);
        return one != 0 && all != 0 ? magnitude(factor, one) / magnitude(factor, all) : magnitude(factor, 1);
    }

    private static double magnitude(double factor, double scale) {
        return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
    }

    private static double factor(JsonFile scaling, String key) throws CheckpointException {
        Optional<Double> value = scaling.number(key);
        if (value.isEmpty() || !(value.get() > 0 && value.get() <= LARGEST)) {
            throw new CheckpointException(scaling.file() + ": \"" + key + "\" must be a number above 0, and is "
                    + value.map(Object::toString).orElse("missing"));
        }
        return value.get();
    }
}
