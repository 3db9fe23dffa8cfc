package dev.juxta.checkpoint;

import java.io.IOException;

/** The files of a folder within a checkpoint, such as a module's. */
record FolderFiles(CheckpointFiles files, String folder) implements CheckpointFiles {

    @Override
    public String location() {
        return files.describe(folder);
    }

    @Override
    public boolean contains(String name) {
        return files.contains(folder + "/" + name);
    }

    @Override
    public String describe(String name) {
        return files.describe(folder + "/" + name);
    }

    @Override
    public byte[] read(String name) throws IOException {
        return files.read(folder + "/" + name);
    }

    @Override
    public WeightsFile openWeights(String name) throws IOException {
        return files.openWeights(folder + "/" + name);
    }
}
