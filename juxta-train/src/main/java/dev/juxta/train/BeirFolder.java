package dev.juxta.train;

import dev.juxta.data.InputException;
import dev.juxta.data.JsonLine;
import dev.juxta.data.LineReader;
import dev.juxta.data.LineReader.Line;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads examples out of a folder in BEIR's layout: {@code corpus.jsonl}, {@code queries.jsonl} and
 * {@code qrels/train.tsv}, packed or not. Each query becomes a list of its judged documents and of some that nobody judged,
 * taken at random; mined negatives teach more, and come as a file of lists.
 */
public final class BeirFolder {

    private BeirFolder() {}

    /**
     * Reads all queries that have a relevant document.
     *
     * @param negatives random documents for each query
     * @param seed of their choice
     * @throws InputException if a file is missing, or a line is not as BEIR has it
     */
    public static List<Example> read(Path folder, int negatives, long seed) throws IOException {
        Map<String, String> corpus = texts(file(folder, "corpus.jsonl"));
        Map<String, String> queries = texts(file(folder, "queries.jsonl"));
        List<String> documents = List.copyOf(corpus.values());
        Random random = new Random(seed);
        List<Example> examples = new ArrayList<>();
        for (Map.Entry<String, Map<String, Float>> judged :
                judgements(file(folder, "qrels/train.tsv")).entrySet()) {
            String query = queries.get(judged.getKey());
            List<String> texts = new ArrayList<>();
            List<Float> labels = new ArrayList<>();
            judged.getValue().forEach((id, label) -> {
                String text = corpus.get(id);
                if (text != null) {
                    texts.add(text);
                    labels.add(label);
                }
            });
            if (query != null && labels.stream().anyMatch(label -> label > 0)) {
                for (int i = 0; i < negatives; i++) {
                    String other = documents.get(random.nextInt(documents.size()));
                    if (!texts.contains(other)) {
                        texts.add(other);
                        labels.add(0f);
                    }
                }
                examples.add(new Example(query, texts, floats(labels)));
            }
        }
        if (examples.isEmpty()) {
            throw new InputException("\"" + folder + "\" has no query with a relevant document in qrels/train.tsv");
        }
        return examples;
    }

    private static float[] floats(List<Float> values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i);
        }
        return floats;
    }

    private static Path file(Path folder, String name) throws InputException {
        for (String suffix : new String[] {"", ".gz"}) {
            Path file = folder.resolve(name + suffix);
            if (Files.exists(file)) {
                return file;
            }
        }
        throw new InputException("\"" + folder + "\" has no " + name
                + "; to train on a BEIR folder takes corpus.jsonl, queries.jsonl and qrels/train.tsv");
    }

    /** Title and text by id. */
    private static Map<String, String> texts(Path file) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        try (LineReader reader = LineReader.open(file)) {
            for (Optional<Line> line = reader.next(); line.isPresent(); line = reader.next()) {
                ObjectNode object = JsonLine.parse(line.get());
                String id = JsonLine.id(object, line.get().place())
                        .orElseThrow(() -> new InputException(file + " has an entry without \"_id\""))
                        .asString();
                String title = object.path("title").asString("");
                String text = JsonLine.text(object, "text", line.get().place());
                texts.put(id, title.isBlank() ? text : title + " " + text);
            }
        }
        return texts;
    }

    /** The label of each judged document, by query. */
    private static Map<String, Map<String, Float>> judgements(Path file) throws IOException {
        Map<String, Map<String, Float>> judged = new LinkedHashMap<>();
        try (LineReader reader = LineReader.open(file)) {
            for (Optional<Line> line = reader.next(); line.isPresent(); line = reader.next()) {
                String[] columns = line.get().text().split("\t", -1);
                if (line.get().place().line() == 1 && columns.length == 3 && columns[2].equals("score")) {
                    continue;
                }
                try {
                    judged.computeIfAbsent(columns[0], query -> new LinkedHashMap<>())
                            .put(columns[1], Float.parseFloat(columns[2]));
                } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                    throw new InputException(
                            line.get().place() + " must be a query's id, a document's id and a number");
                }
            }
        }
        return judged;
    }
}
