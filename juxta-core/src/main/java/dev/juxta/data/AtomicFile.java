package dev.juxta.data;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPOutputStream;

/** A text file that appears whole or not at all: written beside its place, and moved there once it is complete. */
public final class AtomicFile {

    private AtomicFile() {}

    /** Writes what the file holds. */
    public interface Content {
        void write(Writer writer) throws IOException;
    }

    /**
     * Writes a file in UTF-8, packed if its name ends in {@code .gz}. One that is there already is replaced once the new
     * one is whole.
     *
     * @throws InputException if it cannot be written there; the message says why
     */
    public static void write(Path file, Content content) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(file)) {
            throw new InputException("\"" + file + "\" cannot be written: "
                    + (Files.isDirectory(file) ? "it is a directory" : "there is no directory \"" + folder + "\""));
        }
        Path partial =
                folder.resolve("." + file.getFileName() + "." + Long.toHexString(System.nanoTime()) + ".partial");
        try {
            try (OutputStream stream = Files.newOutputStream(partial);
                    OutputStream packed = LineReader.isGzip(file) ? new GZIPOutputStream(stream) : stream;
                    Writer writer = new BufferedWriter(new OutputStreamWriter(packed, StandardCharsets.UTF_8))) {
                content.write(writer);
            }
            move(partial, file);
        } catch (FileSystemException e) {
            throw new InputException(
                    "\"" + file + "\" cannot be written: " + (e.getReason() == null ? "not permitted" : e.getReason()));
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
