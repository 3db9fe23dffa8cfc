package dev.juxta.eval;

import dev.juxta.data.InputException;
import dev.juxta.data.LineReader.Line;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Relevance judgements.
 *
 * @param judgements for each query, in the order of the file, the grades of its judged documents
 */
public record Qrels(Map<String, Map<String, Integer>> judgements) {

    private static final int TREC_COLUMNS = 4;
    private static final int BEIR_COLUMNS = 3;

    public Qrels {
        Map<String, Map<String, Integer>> copy = new LinkedHashMap<>();
        judgements.forEach(
                (query, grades) -> copy.put(query, Collections.unmodifiableMap(new LinkedHashMap<>(grades))));
        judgements = Collections.unmodifiableMap(copy);
    }

    /** The judgements of a query; none if nobody judged it. */
    public Map<String, Integer> of(String query) {
        return judgements.getOrDefault(query, Map.of());
    }

    /** At most {@code most} queries, evenly spaced over the order of the file. */
    public Qrels sample(int most) {
        List<String> queries = List.copyOf(judgements.keySet());
        if (queries.size() <= most) {
            return this;
        }
        Map<String, Map<String, Integer>> sample = new LinkedHashMap<>();
        for (int i = 0; i < most; i++) {
            String query = queries.get((int) ((long) i * queries.size() / most));
            sample.put(query, of(query));
        }
        return new Qrels(sample);
    }

    /**
     * Reads TREC's four columns (query, 0, document, grade) between blanks, or BEIR's three (query-id, corpus-id, score)
     * between tabs, with or without their header. {@code .gz} is unpacked.
     *
     * @throws InputException if a line is neither, or judges a document again and otherwise; the message names it
     */
    public static Qrels read(Path file) throws IOException {
        Map<String, Map<String, Integer>> judgements = new LinkedHashMap<>();
        Lines.each(file, line -> {
            List<String> columns = columns(line);
            String grade = columns.get(columns.size() - 1);
            if (isHeader(line, columns)) {
                return;
            }
            String document = columns.get(columns.size() - 2);
            Integer before = judgements
                    .computeIfAbsent(columns.get(0), query -> new LinkedHashMap<>())
                    .putIfAbsent(document, grade(grade, line));
            if (before != null && before != grade(grade, line)) {
                throw new InputException(line.place() + " gives \"" + document + "\" for query \"" + columns.get(0)
                        + "\" the grade " + grade + ", and an earlier line gave " + before + "; keep one of them");
            }
        });
        if (judgements.isEmpty()) {
            throw new InputException(file + " has no judgements; give lines of: query 0 document grade");
        }
        return new Qrels(judgements);
    }

    private static List<String> columns(Line line) throws InputException {
        List<String> tabs = List.of(line.text().split("\t", -1));
        if (tabs.size() == BEIR_COLUMNS) {
            return tabs.stream().map(String::strip).toList();
        }
        List<String> columns = Arrays.asList(line.text().strip().split("\\s+", -1));
        if (columns.size() != TREC_COLUMNS) {
            throw new InputException(line.place() + " has " + columns.size()
                    + " columns, and judgements have 4 (query 0 document grade) or, between tabs, 3"
                    + " (query-id corpus-id score)");
        }
        return columns;
    }

    private static boolean isHeader(Line line, List<String> columns) {
        return line.place().line() == 1
                && columns.size() == BEIR_COLUMNS
                && !columns.get(BEIR_COLUMNS - 1).matches("[+-]?[0-9.]+");
    }

    private static int grade(String text, Line line) throws InputException {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new InputException(
                    line.place() + ": the grade \"" + text + "\" is not a whole number such as 0 or 1");
        }
    }
}
