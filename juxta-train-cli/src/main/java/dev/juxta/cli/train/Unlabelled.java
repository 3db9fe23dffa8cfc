package dev.juxta.cli.train;

import dev.juxta.TextPair;
import dev.juxta.data.InputException;
import dev.juxta.data.JsonLine;
import dev.juxta.data.LineReader;
import dev.juxta.data.LineReader.Line;
import dev.juxta.data.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Something to be labelled: a pair, or a query with documents.
 *
 * @param line where it stood, from 1
 * @param first the first text of all pairs
 * @param seconds the others
 * @param list whether it is a list, be it of one
 * @param given the label that it has already, to compare with
 */
record Unlabelled(long line, String first, List<String> seconds, boolean list, Optional<String> given) {

    /** Takes items one by one. */
    interface Sink {
        void accept(Unlabelled item) throws IOException;
    }

    List<TextPair> pairs() {
        return seconds.stream().map(second -> new TextPair(first, second)).toList();
    }

    /**
     * Hands on what a file holds, in order: TSV of two texts (and a label), or of a query and documents; JSONL with a and b,
     * query and document, query and documents, or query, positive and negatives.
     *
     * @throws InputException if a line is none of these, or there is none
     */
    static void read(Path file, Sink sink) throws IOException {
        String name = file.toString().toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
        if (!name.endsWith(".tsv") && !name.endsWith(".jsonl")) {
            throw new InputException("\"" + file + "\" is neither .tsv nor .jsonl (nor .gz of one)");
        }
        long items = 0;
        try (LineReader reader = LineReader.open(file)) {
            for (Optional<Line> line = reader.next(); line.isPresent(); line = reader.next()) {
                if (!line.get().text().isBlank() && !isHeader(line.get())) {
                    items++;
                    sink.accept(name.endsWith(".tsv") ? ofColumns(line.get()) : ofJson(line.get()));
                }
            }
        }
        if (items == 0) {
            throw new InputException("\"" + file + "\" has nothing to label");
        }
    }

    private static boolean isHeader(Line line) {
        return line.place().line() == 1 && line.text().matches("(?i).*\\t(label|score)s?");
    }

    private static Unlabelled ofColumns(Line line) throws InputException {
        List<String> columns = List.of(line.text().split("\t", -1));
        if (columns.size() < 2) {
            throw new InputException(line.place() + " has no tab; two texts, or a query and documents, were due");
        }
        boolean pair = columns.size() <= 3;
        return new Unlabelled(
                line.place().line(),
                columns.get(0),
                columns.subList(1, pair ? 2 : columns.size()),
                !pair,
                columns.size() == 3 ? Optional.of(columns.get(2)) : Optional.empty());
    }

    private static Unlabelled ofJson(Line line) throws InputException {
        ObjectNode object = JsonLine.parse(line);
        Place place = line.place();
        String first = JsonLine.text(object, object.has("a") ? "a" : "query", place);
        List<String> seconds = new ArrayList<>();
        for (String key : List.of("b", "document", "documents", "positive", "negative", "negatives")) {
            JsonNode node = object.path(key);
            for (JsonNode text : node.isArray() ? List.copyOf(node.values()) : List.of(node)) {
                if (text.isString()) {
                    seconds.add(text.stringValue());
                } else if (!text.isMissingNode()) {
                    throw new InputException(place + ": \"" + key + "\" must be a text or a list of texts");
                }
            }
        }
        if (seconds.isEmpty()) {
            throw new InputException(
                    place + " has none of \"b\" (with a), \"document\", \"documents\" and \"positive\" (with query)");
        }
        JsonNode label = object.path("label");
        return new Unlabelled(
                place.line(),
                first,
                seconds,
                !object.has("b") && !object.has("document"),
                label.isValueNode() ? Optional.of(label.asString()) : Optional.empty());
    }
}
