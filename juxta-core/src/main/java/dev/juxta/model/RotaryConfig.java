package dev.juxta.model;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.JsonFile;
import java.util.Optional;

/** The rotary positions that a {@code config.json} asks for, under the names of old and new files. */
final class RotaryConfig {

    private RotaryConfig() {}

    /** θ of a network whose layers share it. */
    static double theta(JsonFile file, double otherwise) throws CheckpointException {
        Optional<JsonFile> scaling = file.object("rope_scaling");
        if (scaling.isPresent()) {
            requireDefault(scaling.get());
        }
        Optional<JsonFile> parameters = file.object("rope_parameters");
        if (parameters.isPresent()) {
            requireDefault(parameters.get());
            Optional<Double> theta = parameters.get().number("rope_theta");
            if (theta.isPresent()) {
                return theta.get();
            }
        }
        return file.number("rope_theta").orElse(otherwise);
    }

    /** Refuses frequencies that are stretched for longer texts. */
    static void requireDefault(JsonFile parameters) throws CheckpointException {
        Optional<String> type = parameters.text("rope_type");
        if (type.isEmpty()) {
            type = parameters.text("type");
        }
        if (type.isPresent() && !type.get().equals("default")) {
            throw new CheckpointException(parameters.file() + ": the rotary positions are of the type \"" + type.get()
                    + "\", which is not supported yet; only \"default\" is");
        }
    }
}
