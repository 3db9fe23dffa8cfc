package dev.juxta.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;

/** The files of a checkpoint, wherever they lie: in a directory or in a jar. */
public interface CheckpointFiles {

    /** Where they lie, for messages and for {@code ModelInfo}. */
    String location();

    /** Whether there is a file of this name (a path relative to the checkpoint, with {@code /}). */
    boolean contains(String name);

    /** How a message names a file: its full path. */
    String describe(String name);

    /**
     * Reads a small file whole.
     *
     * @throws CheckpointException if it is missing or larger than 256 MiB
     */
    byte[] read(String name) throws IOException;

    /**
     * Opens a file of weights.
     *
     * @throws CheckpointException if it is missing
     */
    WeightsFile openWeights(String name) throws IOException;

    /**
     * All weights in it, by name.
     *
     * @throws CheckpointException if there are none in a format that can be read
     */
    default Map<String, Weight> weights() throws IOException {
        return WeightFiles.read(this);
    }

    /** The files of a folder in it. */
    default CheckpointFiles within(String folder) {
        return new FolderFiles(this, folder);
    }

    /** A file of weights, of any size. */
    interface WeightsFile extends AutoCloseable {

        /** Its length in bytes. */
        long size();

        /** {@code length} bytes from {@code offset} on, memory-mapped where that is possible; usable after close. */
        ByteBuffer slice(long offset, int length) throws IOException;

        @Override
        void close() throws IOException;
    }
}
