package dev.juxta.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A checkpoint on the class path. Weights that are stored in a jar without compression are memory-mapped where they lie;
 * others are read into memory. Nothing is unpacked to disk, where somebody else could change it.
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
        Optional<WeightsFile> stored = openStored(name);
        return stored.isPresent() ? stored.get() : new InMemory(ByteBuffer.wrap(read(name)));
    }

    /** The resource where it lies in a jar that is a file; empty if it lies elsewhere, or compressed. */
    private Optional<WeightsFile> openStored(String name) throws IOException {
        URL url = anchor.getResource(folder + "/" + name);
        if (url == null
                || !(url.openConnection() instanceof JarURLConnection connection)
                || !connection.getJarFileURL().getProtocol().equals("file")) {
            return Optional.empty();
        }
        Path jar;
        try {
            jar = Path.of(URI.create(connection.getJarFileURL().toString()));
        } catch (IllegalArgumentException e) { // a place that is no path, such as file://host/…
            return Optional.empty();
        }
        WeightsFile archive = MappedFile.open(jar);
        try {
            ZipRecords.Place place =
                    ZipRecords.read(archive, jar.toString()).places().get(connection.getEntryName());
            if (place != null) {
                return Optional.of(new Part(archive, place));
            }
        } catch (CheckpointException e) {
            // a jar in a form that only Java's own reader understands, such as one behind a start script
        } catch (IOException | RuntimeException | Error e) {
            archive.close();
            throw e;
        }
        archive.close();
        return Optional.empty();
    }

    /** An entry of an archive. */
    private record Part(WeightsFile archive, ZipRecords.Place place) implements WeightsFile {

        @Override
        public long size() {
            return place.length();
        }

        @Override
        public ByteBuffer slice(long offset, int length) throws IOException {
            if (offset < 0 || offset > place.length() - length) {
                throw new IndexOutOfBoundsException(offset + " + " + length + " of " + place.length() + " bytes");
            }
            return archive.slice(place.offset() + offset, length);
        }

        @Override
        public void close() throws IOException {
            archive.close();
        }
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
