package dev.juxta.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds a checkpoint by what its user wrote, and reads its weights. */
public final class CheckpointSource {

    private CheckpointSource() {}

    /**
     * The checkpoint in a directory.
     *
     * @throws CheckpointException if there is no such directory, or it has no {@code config.json}
     */
    public static CheckpointFiles directory(Path directory) throws CheckpointException {
        if (!Files.isDirectory(directory)) {
            String what = Files.exists(directory) ? "is a file; a checkpoint is a directory" : "does not exist";
            throw new CheckpointException("The checkpoint " + directory + " " + what);
        }
        CheckpointFiles files = new DirectoryFiles(directory);
        if (!files.contains("config.json")) {
            throw new CheckpointException("The directory " + directory
                    + " has no config.json; a checkpoint has config.json, weights and a tokenizer");
        }
        return files;
    }

    /** Finds the folder of a hub model. */
    @FunctionalInterface
    public interface Hub {
        Path find(String id) throws IOException;
    }

    /**
     * The checkpoint that {@code name} means: an {@link EmbeddedCheckpoint}, a directory, else a hub model.
     *
     * @throws CheckpointException if it is none of them
     */
    public static CheckpointFiles find(String name, Hub hub) throws IOException {
        Optional<EmbeddedCheckpoint> embedded = EmbeddedCheckpoint.named(name);
        return embedded.isPresent() ? embedded.get().files() : directory(folder(name, hub));
    }

    /**
     * The folder that {@code name} means: itself where it is a directory, else that of a hub model.
     *
     * @throws CheckpointException if it is neither
     */
    public static Path folder(String name, Hub hub) throws IOException {
        if (isDirectory(name)) {
            return Path.of(name);
        }
        if (!HubCache.isId(name)) {
            throw new CheckpointException("\"" + name + "\" is neither a directory nor a hub id such as owner/name");
        }
        return hub.find(name);
    }

    private static boolean isDirectory(String name) {
        try {
            return !name.isEmpty() && Files.isDirectory(Path.of(name));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /**
     * All weights of a checkpoint, and those of some of its folders, which are named after them:
     * {@code 2_Dense.linear.weight}.
     *
     * @throws CheckpointException if there are none in a format that can be read, in one of them
     */
    public static Map<String, Weight> weights(CheckpointFiles files, List<String> folders) throws IOException {
        Map<String, Weight> weights = new LinkedHashMap<>(files.weights());
        for (String folder : folders) {
            for (Weight weight : files.within(folder).weights().values()) {
                String name = folder + "." + weight.name();
                weights.put(name, weight.named(name));
            }
        }
        return weights;
    }
}
