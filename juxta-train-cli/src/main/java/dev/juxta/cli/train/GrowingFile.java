package dev.juxta.cli.train;

import dev.juxta.data.InputException;
import dev.juxta.data.LineReader;
import dev.juxta.data.LineReader.Line;
import dev.juxta.data.WriteLock;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A file of lines that is written over hours: it grows beside its place ({@code NAME.partial}), what was written outlives
 * any end of the process, and it gets its name once it is whole. Lines come in groups; the last group that is found may
 * have been cut short, so it is made again.
 */
final class GrowingFile implements AutoCloseable {

    private final Path file;
    private final Path partial;
    private final Path recipe;
    private final long groups;
    private final Optional<String> last;
    private final WriteLock lock;
    private final Writer writer;

    private GrowingFile(Path file, Path partial, Path recipe, Kept kept, WriteLock lock) throws IOException {
        this.lock = lock;
        this.file = file;
        this.partial = partial;
        this.recipe = recipe;
        this.groups = kept.groups;
        this.last = kept.last;
        this.writer = new BufferedWriter(Files.newBufferedWriter(
                partial, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    }

    /** @param groups whole ones that are there, of which the last is called {@code last}, in so many {@code bytes} */
    private record Kept(long groups, Optional<String> last, long bytes) {}

    /**
     * Begins a file, or goes on with one.
     *
     * @param how what its lines are made of and by, in words: the same for all of it
     * @param resume goes on where an earlier run was stopped, if there was one
     * @param group what group a line belongs to
     * @throws InputException if it would be overwritten, is being written, or was begun in another way
     */
    static GrowingFile open(Path file, String how, boolean resume, Function<String, String> group) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(file)) {
            throw new InputException("\"" + file + "\" cannot be written: "
                    + (Files.isDirectory(file) ? "it is a directory" : "there is no directory \"" + folder + "\""));
        }
        if (Files.exists(file)) {
            throw new InputException("\"" + file + "\" is there already; remove it, or name another file");
        }
        WriteLock lock = WriteLock.take(folder.resolve(file.getFileName() + ".partial.lock"), file);
        try {
            return open(file, how, resume, group, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static GrowingFile open(
            Path file, String how, boolean resume, Function<String, String> group, WriteLock lock) throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        Path recipe = file.resolveSibling(file.getFileName() + ".partial.how");
        if (!Files.exists(partial) || !Files.exists(recipe) || Files.size(partial) == 0) {
            Files.deleteIfExists(partial);
            Files.writeString(recipe, how);
            return new GrowingFile(file, partial, recipe, new Kept(0, Optional.empty(), 0), lock);
        }
        if (!resume) {
            throw new InputException("\"" + partial
                    + "\" is what an earlier run has left; go on with it by --resume, or" + " remove it");
        }
        String before = Files.readString(recipe);
        if (!before.equals(how)) {
            throw new InputException("\"" + partial + "\" was begun otherwise (" + before + ", where now it is " + how
                    + "); repeat that, or remove it");
        }
        Kept kept = wholeGroups(partial, group);
        try (RandomAccessFile cut = new RandomAccessFile(partial.toFile(), "rw")) {
            cut.setLength(kept.bytes);
        }
        return new GrowingFile(file, partial, recipe, kept, lock);
    }

    private static Kept wholeGroups(Path partial, Function<String, String> group) throws IOException {
        Kept kept = new Kept(0, Optional.empty(), 0);
        long bytes = 0;
        Optional<String> current = Optional.empty();
        long size = Files.size(partial);
        try (LineReader reader = LineReader.open(partial)) {
            for (Optional<Line> line = reader.next(); line.isPresent(); line = reader.next()) {
                String text = line.get().text();
                long end = bytes + text.getBytes(StandardCharsets.UTF_8).length + 1;
                if (end > size) {
                    break; // without its end
                }
                String name = group.apply(text);
                if (current.isPresent() && !current.get().equals(name)) {
                    kept = new Kept(kept.groups + 1, current, bytes);
                }
                current = Optional.of(name);
                bytes = end;
            }
        } catch (InputException e) {
            // a character was cut in two; what stands before is whole
        }
        return kept;
    }

    /** The number of whole groups that an earlier run has left. */
    long groups() {
        return groups;
    }

    /** The last of those. */
    Optional<String> last() {
        return last;
    }

    /** Adds the lines of a group, or of several. */
    void add(List<String> lines) throws IOException {
        for (String line : lines) {
            writer.write(line);
            writer.write('\n');
        }
        writer.flush();
    }

    /** Gives the file its name. */
    void finish() throws IOException {
        writer.close();
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(recipe);
    }

    @Override
    public void close() throws IOException {
        try (lock) {
            writer.close();
        }
    }
}
