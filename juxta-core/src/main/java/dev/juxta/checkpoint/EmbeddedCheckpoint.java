package dev.juxta.checkpoint;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/** The checkpoints that come with Juxta, in {@code dev.juxta:juxta-model-default}. */
public enum EmbeddedCheckpoint {
    /** The model that is meant where none is named. */
    DEFAULT("embedded"),

    /**
     * The default's exit before its first layer, which judges all candidates by their words; the best of them go through
     * the layers. Nearly its ranking, in a fraction of its time.
     */
    FAST("embedded-fast");

    private static final String FOLDER = "/dev/juxta/model/";

    private final String id;

    EmbeddedCheckpoint(String id) {
        this.id = id;
    }

    /** What stands for it where a directory or a hub id could stand. */
    public String id() {
        return id;
    }

    /** The checkpoint that {@code name} stands for, if it is none of a directory or a hub. */
    public static Optional<EmbeddedCheckpoint> named(String name) {
        return Arrays.stream(values()).filter(one -> one.id.equals(name)).findFirst();
    }

    /**
     * Its files.
     *
     * @throws CheckpointException if its jar is not on the class path
     */
    public CheckpointFiles files() throws IOException {
        CheckpointFiles files = new ResourceFiles(EmbeddedCheckpoint.class, FOLDER + id);
        if (!files.contains("config.json")) {
            throw new CheckpointException(
                    "The embedded model is not on the class path; add dev.juxta:juxta-model-default");
        }
        return this == DEFAULT ? files : new SharingFiles(files, DEFAULT.files());
    }
}
