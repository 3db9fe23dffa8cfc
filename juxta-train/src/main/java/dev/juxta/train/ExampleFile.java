package dev.juxta.train;

import dev.juxta.data.InputException;
import dev.juxta.data.JsonLine;
import dev.juxta.data.LineReader;
import dev.juxta.data.LineReader.Line;
import dev.juxta.data.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads examples, one per line. TSV: two texts and a number, or a query, a positive and negatives. JSONL: {@code a, b,
 * label}; {@code query, positive, negatives}; or {@code query, documents, labels}. In place of labels there may be {@code
 * score} or {@code scores}, also beside a positive and its negatives, the positive's first.
 */
public final class ExampleFile {

    private ExampleFile() {}

    /**
     * Reads a file whose name ends in {@code .tsv} or {@code .jsonl}, packed ({@code .gz}) or not.
     *
     * @throws InputException if a line is none of these; the message names it and says what would be
     */
    public static List<Example> read(Path file) throws IOException {
        boolean json = isJson(file);
        List<Example> examples = new ArrayList<>();
        try (LineReader reader = LineReader.open(file)) {
            for (Optional<Line> line = reader.next(); line.isPresent(); line = reader.next()) {
                if (!line.get().text().isBlank()) {
                    examples.add(example(line.get(), json));
                }
            }
        }
        if (examples.isEmpty()) {
            throw new InputException("\"" + file + "\" has no examples");
        }
        return examples;
    }

    /**
     * Opens a file as {@link #read} takes it, to read each example when it is needed: one that does not fit into memory
     * can be trained on. A packed one cannot be read from the middle, and is held in memory.
     *
     * @return to be closed
     * @throws InputException if it has no examples; a line that is none is refused when it is read
     */
    public static ExampleSource open(Path file) throws IOException {
        boolean json = isJson(file);
        return LineReader.isGzip(file) || !Files.isRegularFile(file)
                ? ExampleSource.of(read(file))
                : IndexedExamples.open(file, json);
    }

    static Example example(Line line, boolean json) throws InputException {
        return json ? ofJson(line) : ofColumns(line);
    }

    private static boolean isJson(Path file) throws InputException {
        String name = file.toString().toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
        if (name.endsWith(".tsv")) {
            return false;
        }
        if (name.endsWith(".jsonl")) {
            return true;
        }
        throw new InputException("\"" + file + "\" is neither a BEIR folder nor a .tsv or .jsonl file (or .gz of one)");
    }

    private static Example ofColumns(Line line) throws InputException {
        String[] columns = line.text().split("\t", -1);
        if (columns.length < 3) {
            throw new InputException(line.place() + " has " + columns.length
                    + " columns; two texts and a number, or a query, a positive and negatives were due");
        }
        Optional<Float> label = columns.length == 3 ? number(columns[2]) : Optional.empty();
        if (label.isPresent()) {
            return new Example(columns[0], List.of(columns[1]), new float[] {label.get()});
        }
        return firstIsPositive(columns[0], List.of(columns).subList(1, columns.length));
    }

    private static Optional<Float> number(String text) {
        try {
            float value = Float.parseFloat(text.strip());
            return Float.isFinite(value) ? Optional.of(value) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Example firstIsPositive(String query, List<String> documents) {
        float[] labels = new float[documents.size()];
        labels[0] = 1;
        return new Example(query, documents, labels);
    }

    private static Example ofJson(Line line) throws InputException {
        ObjectNode object = JsonLine.parse(line);
        Place place = line.place();
        if (object.has("documents")) {
            List<String> documents = texts(object, "documents", place);
            String key = object.has("labels") ? "labels" : "scores";
            return new Example(
                    JsonLine.text(object, "query", place), documents, numbers(object, key, documents.size(), place));
        }
        if (object.has("positive")) {
            List<String> documents = new ArrayList<>(List.of(JsonLine.text(object, "positive", place)));
            documents.addAll(
                    object.has("negative")
                            ? List.of(JsonLine.text(object, "negative", place))
                            : texts(object, "negatives", place));
            String query = JsonLine.text(object, object.has("anchor") ? "anchor" : "query", place);
            return object.has("scores")
                    ? new Example(query, documents, numbers(object, "scores", documents.size(), place))
                    : firstIsPositive(query, documents);
        }
        if (object.has("label") || object.has("score")) {
            String key = object.has("label") ? "label" : "score";
            String first = JsonLine.text(object, object.has("a") ? "a" : "query", place);
            String second = JsonLine.text(object, object.has("b") ? "b" : "document", place);
            return new Example(first, List.of(second), new float[] {number(object.get(key), key, place)});
        }
        throw new InputException(
                place + " has none of \"label\" (with a and b), \"positive\" (with query and negatives)"
                        + " and \"documents\" (with query and labels)");
    }

    private static List<String> texts(ObjectNode object, String key, Place place) throws InputException {
        JsonNode list = object.path(key);
        if (!list.isArray() || list.isEmpty() || !list.valueStream().allMatch(JsonNode::isString)) {
            throw new InputException(place + ": \"" + key + "\" must be a list of texts");
        }
        return list.valueStream().map(JsonNode::stringValue).toList();
    }

    private static float[] numbers(ObjectNode object, String key, int documents, Place place) throws InputException {
        JsonNode list = object.path(key);
        if (!list.isArray() || list.size() != documents) {
            throw new InputException(
                    place + ": \"" + key + "\" must be a list of " + documents + " numbers, as many as documents");
        }
        float[] numbers = new float[documents];
        for (int i = 0; i < documents; i++) {
            numbers[i] = number(list.get(i), key, place);
        }
        return numbers;
    }

    private static float number(JsonNode node, String key, Place place) throws InputException {
        if (!node.isNumber() || !Float.isFinite(node.floatValue())) {
            throw new InputException(place + ": \"" + key + "\" must be a number, and is " + node);
        }
        return node.floatValue();
    }
}
