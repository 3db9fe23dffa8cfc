package dev.juxta.train;

import dev.juxta.checkpoint.CheckpointFiles;
import java.io.IOException;

/** The encoder of a bi-encoder's checkpoint: without the list of modules by which it would embed single texts. */
record EncoderFiles(CheckpointFiles checkpoint) implements CheckpointFiles {

    static final String MODULES = "modules.json";

    @Override
    public String location() {
        return checkpoint.location();
    }

    @Override
    public boolean contains(String name) {
        return !name.equals(MODULES) && checkpoint.contains(name);
    }

    @Override
    public String describe(String name) {
        return checkpoint.describe(name);
    }

    @Override
    public byte[] read(String name) throws IOException {
        return checkpoint.read(name);
    }

    @Override
    public WeightsFile openWeights(String name) throws IOException {
        return checkpoint.openWeights(name);
    }
}
