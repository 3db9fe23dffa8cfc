package dev.juxta.eval;

import dev.juxta.TextPair;
import dev.juxta.data.InputException;
import dev.juxta.data.JsonLine;
import dev.juxta.data.LineReader.Line;
import dev.juxta.data.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Two texts and what people said of them.
 *
 * @param pair the texts
 * @param label a number or the name of a class, as it was written
 * @param place its line
 */
public record LabelledPair(TextPair pair, String label, Place place) {

    private static final int COLUMNS = 3;
    private static final Set<String> HEADERS = Set.of("label", "score", "similarity", "gold_label");
    private static final List<String> FIRST = List.of("sentence1", "text1", "a", "premise", "question");
    private static final List<String> SECOND = List.of("sentence2", "text2", "b", "hypothesis", "candidate");
    private static final List<String> LABEL = List.of("score", "label", "similarity");

    /**
     * Reads pairs: lines of three columns between tabs (text, text, label), of more columns the last three, with or
     * without a header; or {@code .jsonl} in MTEB's form ({@code sentence1}, {@code sentence2}, {@code score}) or with
     * {@code a}, {@code b} and {@code label}. {@code .gz} is unpacked.
     *
     * @throws InputException if a line is not so; the message names it
     */
    public static List<LabelledPair> read(Path file) throws IOException {
        List<LabelledPair> pairs = new ArrayList<>();
        boolean json = Lines.areJson(file);
        Lines.each(file, line -> {
            if (json) {
                pairs.add(ofJson(line));
            } else if (!isHeader(line)) {
                pairs.add(ofTabs(line));
            }
        });
        if (pairs.isEmpty()) {
            throw new InputException(file + " has no pairs; give lines of: text<TAB>text<TAB>label");
        }
        return pairs;
    }

    private static boolean isHeader(Line line) {
        String last = line.text().substring(line.text().lastIndexOf('\t') + 1);
        return line.place().line() == 1 && HEADERS.contains(last.strip().toLowerCase(Locale.ROOT));
    }

    private static LabelledPair ofTabs(Line line) throws InputException {
        String[] columns = line.text().split("\t", -1);
        int count = columns.length;
        if (count < COLUMNS) {
            throw new InputException(line.place() + " has " + count + (count == 1 ? " column" : " columns")
                    + ", and a labelled pair has 3 (text<TAB>text<TAB>label)");
        }
        return new LabelledPair(
                new TextPair(columns[count - 3], columns[count - 2]), columns[count - 1].strip(), line.place());
    }

    private static LabelledPair ofJson(Line line) throws InputException {
        ObjectNode object = JsonLine.parse(line);
        String first = JsonLine.text(object, key(object, FIRST, line.place()), line.place());
        String second = JsonLine.text(object, key(object, SECOND, line.place()), line.place());
        String key = key(object, LABEL, line.place());
        JsonNode label = object.path(key);
        if (!label.isNumber() && !label.isString()) {
            throw new InputException(line.place() + ": \"" + key + "\" must be a number or a text, and is " + label);
        }
        return new LabelledPair(new TextPair(first, second), label.asString(), line.place());
    }

    private static String key(ObjectNode object, List<String> keys, Place place) throws InputException {
        return keys.stream()
                .filter(object::has)
                .findFirst()
                .orElseThrow(() -> new InputException(
                        place + " has none of \"" + String.join("\", \"", keys) + "\", of which a pair needs one"));
    }

    /**
     * The label as a number.
     *
     * @throws InputException if it is none
     */
    public double number() throws InputException {
        try {
            double number = Double.parseDouble(label);
            if (Double.isFinite(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new InputException(place + ": the label \"" + label + "\" is not a number");
    }

    /**
     * The label as one of a model's classes: by its name, whatever the case, or by its number.
     *
     * @param labels the names of the classes
     * @throws InputException if it is none of them
     */
    public int classOf(List<String> labels) throws InputException {
        for (int i = 0; i < labels.size(); i++) {
            if (labels.get(i).equalsIgnoreCase(label) || Integer.toString(i).equals(label)) {
                return i;
            }
        }
        throw new InputException(
                place + ": the label \"" + label + "\" is none of the model's, which are " + String.join(", ", labels));
    }
}
