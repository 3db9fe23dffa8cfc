package dev.juxta.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A checkpoint in a directory; its weights are memory-mapped. */
public record DirectoryFiles(Path directory) implements CheckpointFiles {

    private static final long LARGEST_READ = 256L << 20;

    @Override
    public String location() {
        return directory.toString();
    }

    @Override
    public boolean contains(String name) {
        return Files.isRegularFile(directory.resolve(name));
    }

    @Override
    public String describe(String name) {
        return directory.resolve(name).toString();
    }

    @Override
    public byte[] read(String name) throws IOException {
        Path file = require(name);
        long size = Files.size(file);
        if (size > LARGEST_READ) {
            throw new CheckpointException(file + " has " + size + " bytes, more than the " + LARGEST_READ
                    + " that such a file may have; it is not what its name says");
        }
        return Files.readAllBytes(file);
    }

    @Override
    public WeightsFile openWeights(String name) throws IOException {
        return MappedFile.open(require(name));
    }

    private Path require(String name) throws CheckpointException {
        Path file = directory.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new CheckpointException(file + " is missing");
        }
        if (!Files.isReadable(file)) {
            throw new CheckpointException(file + " cannot be read; check its permissions");
        }
        return file;
    }
}
