package dev.juxta.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * A checkpoint on the class path. It is read into memory and never unpacked to disk, where somebody else could change
 * it.
 *
 * @param anchor a class whose loader finds the resources
 * @param folder the absolute resource folder, such as {@code /dev/juxta/model/embedded}
 */
public record ResourceFiles(Class<?> anchor, String folder) implements CheckpointFiles {

    @Override
    public String location() {
        return "classpath:" + folder;
    }

    @Override
    public boolean contains(String name) {
        return anchor.getResource(folder + "/" + name) != null;
    }

    @Override
    public String describe(String name) {
        return location() + "/" + name;
    }

    @Override
    public byte[] read(String name) throws IOException {
        try (InputStream stream = anchor.getResourceAsStream(folder + "/" + name)) {
            if (stream == null) {
                throw new CheckpointException(describe(name) + " is missing");
            }
            return stream.readAllBytes();
        }
    }

    @Override
    public WeightsFile openWeights(String name) throws IOException {
        return new InMemory(ByteBuffer.wrap(read(name)));
    }

    private record InMemory(ByteBuffer bytes) implements WeightsFile {

        @Override
        public long size() {
            return bytes.limit();
        }

        @Override
        public ByteBuffer slice(long offset, int length) {
            return bytes.slice(Math.toIntExact(offset), length);
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
