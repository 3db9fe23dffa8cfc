package dev.juxta.search.document;

import dev.juxta.data.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files that arguments mean: files by their names, and in folders those of known formats, in the order of their
 * names, hidden ones left out. In a BEIR folder it is the corpus alone.
 *
 * @param files in order, each once
 * @param named those that an argument names itself
 * @param folders that were walked
 */
record DocumentFiles(List<Path> files, Set<Path> named, List<Path> folders) {

    static DocumentFiles find(List<Path> arguments) throws IOException {
        List<Path> files = new ArrayList<>();
        Set<Path> named = new HashSet<>();
        List<Path> folders = new ArrayList<>();
        for (Path argument : arguments) {
            Path path = argument.normalize();
            if (Files.isDirectory(argument)) {
                folders.add(path);
                walk(path, files);
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
        if (distinct.isEmpty()) {
            throw new InputException("There is nothing to index in \"" + arguments.get(0)
                    + "\"; files whose names end in one of these are read: " + DocumentFormat.known());
        }
        return new DocumentFiles(distinct, named, folders);
    }

    static InputException unknown(Path file) {
        return new InputException(
                "\"" + file + "\" is of no format that is known; names end in one of " + DocumentFormat.known());
    }

    private static void walk(Path folder, List<Path> files) throws IOException {
        List<Path> entries;
        try (Stream<Path> listed = Files.list(folder.toString().isEmpty() ? Path.of(".") : folder)) {
            entries = listed.map(Path::normalize).sorted().toList();
        }
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
                walk(entry, files);
            } else if (DocumentFormat.of(entry).isPresent()) {
                files.add(entry);
            }
        }
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
        return named.contains(path)
                || folders.stream()
                        .anyMatch(folder -> folder.toString().isEmpty()
                                ? !path.isAbsolute() && !path.startsWith("..")
                                : path.startsWith(folder));
    }
}
