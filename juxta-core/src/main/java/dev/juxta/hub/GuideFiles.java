package dev.juxta.hub;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.CheckpointFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The few files of a model that were fetched first, by which the others are chosen.
 *
 * @param model the model's id
 * @param blobs where the content of each lies
 */
record GuideFiles(String model, Map<String, Path> blobs) implements CheckpointFiles {

    @Override
    public String location() {
        return model;
    }

    @Override
    public boolean contains(String name) {
        return blobs.containsKey(name);
    }

    @Override
    public String describe(String name) {
        return name + " of \"" + model + "\"";
    }

    @Override
    public byte[] read(String name) throws IOException {
        Path blob = blobs.get(name);
        if (blob == null) {
            throw new CheckpointException(describe(name) + " is missing");
        }
        return Files.readAllBytes(blob);
    }

    @Override
    public WeightsFile openWeights(String name) throws IOException {
        throw new CheckpointException(describe(name) + " is no file of weights");
    }
}
