package dev.juxta.eval;

import dev.juxta.data.AtomicFile;
import dev.juxta.data.InputException;
import dev.juxta.data.LineReader.Line;
import dev.juxta.measure.JudgedRanking;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a system returned: for each query the scores of its documents. As in trec_eval, the scores order them (see
 * {@link JudgedRanking#ORDER}), and the ranks that a file names do not count.
 *
 * @param scores for each query, in the order of the file, the score of each document
 */
public record TrecRun(Map<String, Map<String, Double>> scores) {

    private static final int COLUMNS = 6;
    private static final int DOCUMENT = 2;
    private static final int SCORE = 4;

    public TrecRun {
        Map<String, Map<String, Double>> copy = new LinkedHashMap<>();
        scores.forEach(
                (query, documents) -> copy.put(query, Collections.unmodifiableMap(new LinkedHashMap<>(documents))));
        scores = Collections.unmodifiableMap(copy);
    }

    /** What was returned for a query; nothing if it was not run. */
    public Map<String, Double> of(String query) {
        return scores.getOrDefault(query, Map.of());
    }

    /** The documents of a query, best first. */
    public List<String> ranked(String query) {
        return of(query).entrySet().stream()
                .sorted(JudgedRanking.ORDER)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The best {@code depth} documents of each query. */
    public TrecRun cut(int depth) {
        Map<String, Map<String, Double>> best = new LinkedHashMap<>();
        scores.forEach((query, documents) -> {
            Map<String, Double> kept = new LinkedHashMap<>();
            ranked(query).stream().limit(depth).forEach(id -> kept.put(id, documents.get(id)));
            best.put(query, kept);
        });
        return new TrecRun(best);
    }

    /**
     * Reads lines of six columns: query, Q0, document, rank, score, tag. {@code .gz} is unpacked.
     *
     * @throws InputException if a line is not so, or names a document again; the message names it
     */
    public static TrecRun read(Path file) throws IOException {
        Map<String, Map<String, Double>> scores = new LinkedHashMap<>();
        Lines.each(file, line -> {
            String[] columns = line.text().strip().split("\\s+", -1);
            if (columns.length != COLUMNS) {
                throw new InputException(line.place() + " has " + columns.length
                        + " columns, and a run has 6 (query Q0 document rank score tag)");
            }
            Double before = scores.computeIfAbsent(columns[0], query -> new LinkedHashMap<>())
                    .put(columns[DOCUMENT], score(columns[SCORE], line));
            if (before != null) {
                throw new InputException(line.place() + " names \"" + columns[DOCUMENT] + "\" for query \"" + columns[0]
                        + "\" a second time; a run names each document of a query once");
            }
        });
        if (scores.isEmpty()) {
            throw new InputException(file + " has no results; give lines of: query Q0 document rank score tag");
        }
        return new TrecRun(scores);
    }

    private static double score(String text, Line line) throws InputException {
        try {
            double score = Double.parseDouble(text);
            if (!Double.isNaN(score)) {
                return score;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new InputException(line.place() + ": the score \"" + text + "\" is not a number");
    }

    /**
     * Writes the run, whole or not at all, packed if the name ends in {@code .gz}.
     *
     * @param tag the name of the system, in the last column
     * @throws InputException if an id holds blanks, which the form cannot carry, or the file cannot be written
     */
    public void write(Path file, String tag) throws IOException {
        AtomicFile.write(file, writer -> {
            for (String query : scores.keySet()) {
                int rank = 0;
                for (String document : ranked(query)) {
                    rank++;
                    writer.write(column(query) + " Q0 " + column(document) + " " + rank + " "
                            + of(query).get(document) + " " + column(tag) + "\n");
                }
            }
        });
    }

    private static String column(String text) throws InputException {
        if (text.isEmpty() || text.chars().anyMatch(Character::isWhitespace)) {
            throw new InputException("\"" + text + "\" cannot stand in a TREC run, whose columns are parted by blanks");
        }
        return text;
    }
}
