package dev.juxta.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

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

    /** A file mapped as one, as the number of maps of a process is limited; beyond 2 GiB, each slice for itself. */
    private record MappedFile(FileChannel channel, long size, Optional<ByteBuffer> whole) implements WeightsFile {

        static MappedFile open(Path file) throws IOException {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            try {
                long size = channel.size();
                return new MappedFile(
                        channel,
                        size,
                        size <= Integer.MAX_VALUE
                                ? Optional.of(channel.map(MapMode.READ_ONLY, 0, size))
                                : Optional.empty());
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        }

        @Override
        public ByteBuffer slice(long offset, int length) throws IOException {
            return whole.isPresent()
                    ? whole.get().slice((int) offset, length)
                    : channel.map(MapMode.READ_ONLY, offset, length);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
