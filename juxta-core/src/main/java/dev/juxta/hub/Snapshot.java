package dev.juxta.hub;

import dev.juxta.checkpoint.DirectoryFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * One commit of a model in the cache: a folder whose files are links to blobs.
 *
 * @param model the model's folder, {@code models--owner--name}
 * @param commit the commit
 */
record Snapshot(Path model, String commit) {

    private static final int DEEPEST_FILE = 4;

    Path folder() {
        return model.resolve("snapshots").resolve(commit);
    }

    /** Whether a folder has all that a checkpoint needs; another program may have fetched a part of it only. */
    static boolean isComplete(String id, Path folder) throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.walk(folder, DEEPEST_FILE)) {
            files.filter(Files::isRegularFile)
                    .forEach(
                            file -> names.add(folder.relativize(file).toString().replace('\\', '/')));
        }
        return new FileSelection(id, names).isComplete(new DirectoryFiles(folder));
    }

    /**
     * Puts files into the folder: {@code config.json} last, so that a folder which has it has all.
     *
     * @param blobs the content of each file
     * @param symlinks whether links are wanted; where they cannot be made, files are
     */
    void link(Map<String, Path> blobs, boolean symlinks) throws IOException {
        for (Map.Entry<String, Path> file : blobs.entrySet()) {
            if (!file.getKey().equals("config.json")) {
                link(folder().resolve(file.getKey()), file.getValue(), symlinks);
            }
        }
        Path config = blobs.get("config.json");
        if (config != null) {
            link(folder().resolve("config.json"), config, symlinks);
        }
    }

    private static void link(Path pointer, Path blob, boolean symlinks) throws IOException {
        if (Files.exists(pointer)) {
            return;
        }
        Path parent = pointer.toAbsolutePath().resolve("..").normalize();
        Files.createDirectories(parent);
        Files.deleteIfExists(pointer); // a link to a blob that somebody removed
        if (symlinks && isSymlinked(pointer, parent.relativize(blob.toAbsolutePath()))) {
            return;
        }
        Path copy = pointer.resolveSibling(pointer.getFileName() + "." + UUID.randomUUID() + ".juxta.incomplete");
        try {
            Files.copy(blob, copy);
            Files.move(copy, pointer, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    private static boolean isSymlinked(Path pointer, Path target) {
        try {
            Files.createSymbolicLink(pointer, target);
            return true;
        } catch (FileAlreadyExistsException e) {
            return true; // somebody else was faster
        } catch (IOException | UnsupportedOperationException e) {
            return false; // Windows without developer mode, some network file systems
        }
    }

    /** Remembers which commit a branch or tag stands for. */
    void name(String revision) throws IOException {
        if (revision.equals(commit)) {
            return;
        }
        Path ref = model.resolve("refs");
        for (String part : List.of(revision.split("/"))) {
            ref = ref.resolve(part);
        }
        Files.createDirectories(ref.toAbsolutePath().getParent());
        if (!Files.isRegularFile(ref) || !Files.readString(ref).equals(commit)) {
            Path written = ref.resolveSibling(ref.getFileName() + "." + UUID.randomUUID() + ".tmp");
            Files.writeString(written, commit);
            Files.move(written, ref, StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
