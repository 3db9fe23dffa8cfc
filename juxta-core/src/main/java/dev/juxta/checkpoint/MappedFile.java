package dev.juxta.checkpoint;

import dev.juxta.checkpoint.CheckpointFiles.WeightsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A file mapped as one, as the number of maps of a process is limited; beyond 2 GiB, each slice for itself. */
record MappedFile(FileChannel channel, long size, Optional<ByteBuffer> whole) implements WeightsFile {

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
