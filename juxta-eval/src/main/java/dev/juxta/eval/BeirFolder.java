package dev.juxta.eval;

import dev.juxta.data.InputException;
import dev.juxta.data.JsonLine;
import dev.juxta.data.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * A data set in BEIR's layout: {@code corpus.jsonl}, {@code queries.jsonl}, {@code qrels/SPLIT.tsv}, each of them plain or
 * {@code .gz} (Thakur et al., "BEIR", 2021). Files are read when they are asked for.
 */
public final class BeirFolder {

    private final Path folder;

    private BeirFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Opens a folder.
     *
     * @throws InputException if a file that every data set has is not in it
     */
    public static BeirFolder open(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new InputException(
                    "\"" + folder + "\" is not a directory; name one with corpus.jsonl, queries.jsonl and"
                            + " qrels/test.tsv (each maybe .gz), as BEIR lays them out");
        }
        BeirFolder beir = new BeirFolder(folder);
        beir.file("corpus.jsonl");
        beir.file("queries.jsonl");
        return beir;
    }

    /** The file of documents. */
    public Path corpus() throws InputException {
        return file("corpus.jsonl");
    }

    /**
     * The texts of documents, title first.
     *
     * @param wanted which ids to keep, as a corpus may be large
     */
    public Map<String, String> documents(Predicate<String> wanted) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        Set<String> seen = new LinkedHashSet<>();
        Lines.each(corpus(), line -> {
            ObjectNode object = JsonLine.parse(line);
            String id = id(object, line.place(), seen);
            if (wanted.test(id)) {
                String text = JsonLine.text(object, "text", line.place());
                String title = object.hasNonNull("title") ? JsonLine.text(object, "title", line.place()) : "";
                texts.put(id, title.isBlank() ? text : title + " " + text);
            }
        });
        return texts;
    }

    /** The texts of all queries, of every split. */
    public Map<String, String> queries() throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        Set<String> seen = new LinkedHashSet<>();
        Lines.each(file("queries.jsonl"), line -> {
            ObjectNode object = JsonLine.parse(line);
            texts.put(id(object, line.place(), seen), JsonLine.text(object, "text", line.place()));
        });
        return texts;
    }

    /**
     * The judgements of a split such as {@code test}.
     *
     * @throws InputException if there is no such split; the message names those there are
     */
    public Qrels qrels(String split) throws IOException {
        List<String> splits = splits();
        if (!splits.contains(split)) {
            throw new InputException("\"" + folder + "\" has no split \"" + split + "\"; it has "
                    + (splits.isEmpty() ? "no qrels at all" : String.join(", ", splits)));
        }
        return Qrels.read(file("qrels/" + split + ".tsv"));
    }

    private List<String> splits() throws IOException {
        if (!Files.isDirectory(folder.resolve("qrels"))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder.resolve("qrels"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches(".+\\.tsv(\\.gz)?"))
                    .map(name -> name.replaceAll("\\.tsv(\\.gz)?$", ""))
                    .distinct()
                    .sorted()
                    .toList();
        }
    }

    private Path file(String name) throws InputException {
        for (String form : List.of(name, name + ".gz")) {
            if (Files.isRegularFile(folder.resolve(form))) {
                return folder.resolve(form);
            }
        }
        throw new InputException("\"" + folder + "\" has no " + name + " (nor " + name
                + ".gz); a BEIR folder has corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv");
    }

    private static String id(ObjectNode object, Place place, Set<String> seen) throws InputException {
        String id = JsonLine.id(object, place)
                .orElseThrow(() -> new InputException(place + " has no \"_id\""))
                .asString();
        if (!seen.add(id)) {
            throw new InputException(place + " has the id \"" + id + "\", which an earlier line has too");
        }
        return id;
    }
}
