package dev.juxta.search.document;

import dev.juxta.data.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files that arguments mean: files by their names, and in folders those of known formats, in the order of their
 * names, hidden ones left out. In a BEIR folder it is the corpus alone. A folder that links lead back to is not entered
 * again.
 *
 * @param files in order, each once
 * @param named those that an argument names itself
 * @param folders that were walked
 * @param unread folders within them that could not be listed, and why
 */
record DocumentFiles(List<Path> files, Set<Path> named, List<Path> folders, Map<Path, String> unread) {

    static DocumentFiles find(List<Path> arguments) throws IOException {
        List<Path> files = new ArrayList<>();
        Set<Path> named = new HashSet<>();
        List<Path> folders = new ArrayList<>();
        Map<Path, String> unread = new LinkedHashMap<>();
        for (Path argument : arguments) {
            Path path = argument.normalize();
            if (Files.isDirectory(argument)) {
                folders.add(path);
                walk(list(path), new HashSet<>(Set.of(path.toRealPath())), files, unread);
            } else if (Files.exists(argument)) {
                if (DocumentFormat.of(path).isEmpty()) {
                    throw unknown(path);
                }
                named.add(path);
                files.add(path);
            } else {
                throw new InputException("There is no file or folder \"" + argument + "\"");
            }
        }
        List<Path> distinct = files.stream().distinct().toList();
        if (distinct.isEmpty() && unread.isEmpty()) {
            throw new InputException("There is nothing to index in \"" + arguments.get(0)
                    + "\"; files whose names end in one of these are read: " + DocumentFormat.known());
        }
        return new DocumentFiles(distinct, named, folders, unread);
    }

    static InputException unknown(Path file) {
        return new InputException(
                "\"" + file + "\" is of no format that is known; names end in one of " + DocumentFormat.known());
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> listed = Files.list(folder.toString().isEmpty() ? Path.of(".") : folder)) {
            return listed.map(Path::normalize).sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Collects the files of a folder; {@code above} holds the real places of the folders it is in. */
    private static void walk(List<Path> entries, Set<Path> above, List<Path> files, Map<Path, String> unread)
            throws IOException {
        List<Path> corpus = entries.stream()
                .filter(entry -> entry.getFileName().toString().matches("corpus\\.jsonl(\\.gz)?"))
                .toList();
        boolean beir = !corpus.isEmpty()
                && entries.stream()
                        .anyMatch(entry -> entry.getFileName().toString().matches("qrels|queries\\.jsonl(\\.gz)?"));
        for (Path entry : beir ? corpus : entries) {
            if (Files.isHidden(entry)) {
                continue;
            }
            if (Files.isDirectory(entry)) {
                enter(entry, above, files, unread);
            } else if (DocumentFormat.of(entry).isPresent()) {
                files.add(entry);
            }
        }
    }

    private static void enter(Path folder, Set<Path> above, List<Path> files, Map<Path, String> unread)
            throws IOException {
        try {
            Path real = folder.toRealPath();
            if (above.add(real)) {
                walk(list(folder), above, files, unread);
                above.remove(real);
            }
        } catch (FileSystemException e) {
            unread.put(folder, reason(e));
        }
    }

    /** Why a file cannot be read, in a few words. */
    static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "this user may not read it";
        }
        if (e instanceof NoSuchFileException) {
            return "it is not there (any more)";
        }
        Optional<String> message =
                Optional.ofNullable(e instanceof FileSystemException file ? file.getReason() : e.getMessage());
        return message.orElse(e.getClass().getSimpleName());
    }

    /** How a file is named in the index. */
    static String name(Path file) {
        return file.toString().replace('\\', '/');
    }

    boolean isNamed(Path file) {
        return named.contains(file);
    }

    /** Whether a file of this name would have been found if it were there. */
    boolean covers(String name) {
        Path path = Path.of(name);
        if (unread.keySet().stream().anyMatch(path::startsWith)) {
            return false; // nobody knows what is in there now
        }
        return named.contains(path)
                || folders.stream()
                        .anyMatch(folder -> folder.toString().isEmpty()
                                ? !path.isAbsolute() && !path.startsWith("..")
                                : path.startsWith(folder));
    }
}
