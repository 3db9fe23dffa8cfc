package dev.juxta.cli.train;

import dev.juxta.data.InputException;
import dev.juxta.eval.BeirFolder;
import dev.juxta.eval.Qrels;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The queries of a data set with their relevant documents.
 *
 * @param corpus all documents by their ids; of those with the same text the first
 * @param texts the queries' texts by their ids
 * @param positives for each query the texts of its relevant documents by their ids
 */
record MiningQueries(
        Map<String, String> corpus, Map<String, String> texts, Map<String, Map<String, String>> positives) {

    /**
     * Reads them.
     *
     * @param name how messages name the data
     * @throws InputException if no query has a relevant document
     */
    static MiningQueries of(BeirFolder beir, Qrels qrels, String name) throws IOException {
        Map<String, String> corpus = new LinkedHashMap<>();
        Map<String, String> firsts = new HashMap<>(); // of each text
        Map<String, String> same = new HashMap<>(); // what stands for each document
        beir.documents(id -> true).forEach((id, text) -> {
            String first = firsts.computeIfAbsent(text, unseen -> id);
            same.put(id, first);
            if (first.equals(id)) {
                corpus.put(id, text);
            }
        });
        Map<String, String> texts = beir.queries();
        Map<String, Map<String, String>> positives = new LinkedHashMap<>();
        qrels.judgements().forEach((query, grades) -> {
            Map<String, String> relevant = new LinkedHashMap<>();
            grades.forEach((id, grade) -> {
                String first = same.get(id);
                String text = first == null ? null : corpus.get(first);
                if (grade > 0 && first != null && text != null) {
                    relevant.put(first, text);
                }
            });
            if (!relevant.isEmpty() && texts.containsKey(query)) {
                positives.put(query, relevant);
            }
        });
        if (positives.isEmpty()) {
            throw new InputException(name + " has no query with a relevant document in its corpus");
        }
        return new MiningQueries(corpus, texts, positives);
    }

    /** The text of a query. */
    String text(String query) {
        return Optional.ofNullable(texts.get(query)).orElseThrow();
    }

    int size() {
        return positives.size();
    }

    /** Those behind a query; all, if there is none. */
    MiningQueries after(Optional<String> query) {
        if (query.isEmpty()) {
            return this;
        }
        Map<String, Map<String, String>> rest = new LinkedHashMap<>();
        boolean behind = false;
        for (Map.Entry<String, Map<String, String>> entry : positives.entrySet()) {
            if (behind) {
                rest.put(entry.getKey(), entry.getValue());
            }
            behind |= entry.getKey().equals(query.get());
        }
        return new MiningQueries(corpus, texts, rest);
    }
}
