package dev.juxta.eval;

import dev.juxta.data.InputException;
import dev.juxta.data.JsonLine;
import dev.juxta.data.LineReader.Line;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A query with the documents that a second stage is to order.
 *
 * @param id its name
 * @param text what it asks
 * @param candidates documents in the order of the first stage
 */
public record RerankingQuery(String id, String text, List<Candidate> candidates) {

    public RerankingQuery {
        candidates = List.copyOf(candidates);
    }

    /** A document that a first stage found. */
    public record Candidate(String id, String text) {}

    /**
     * Queries and their judgements.
     *
     * @param queries what is to be ranked
     * @param qrels by what it is judged
     */
    public record Judged(List<RerankingQuery> queries, Qrels qrels) {

        public Judged {
            queries = List.copyOf(queries);
        }

        /** At most {@code most} of the queries, evenly spaced. */
        public Judged sample(int most) {
            Qrels sample = qrels.sample(most);
            return new Judged(
                    queries.stream()
                            .filter(query -> sample.judgements().containsKey(query.id()))
                            .toList(),
                    sample);
        }
    }

    /**
     * The judged queries of a BEIR folder with the candidates that a run gives them. Queries that the run lacks have none.
     *
     * @throws InputException if the run or the judgements name what the folder lacks
     */
    public static List<RerankingQuery> of(BeirFolder folder, Qrels qrels, TrecRun first) throws IOException {
        Set<String> wanted = qrels.judgements().keySet().stream()
                .flatMap(query -> first.of(query).keySet().stream())
                .collect(Collectors.toSet());
        Map<String, String> texts = folder.documents(wanted::contains);
        Map<String, String> queries = folder.queries();
        List<RerankingQuery> read = new ArrayList<>();
        for (String query : qrels.judgements().keySet()) {
            if (!queries.containsKey(query)) {
                throw new InputException("the judgements name the query \"" + query + "\", which queries.jsonl lacks");
            }
            List<Candidate> candidates = new ArrayList<>();
            for (String id : first.ranked(query)) {
                if (!texts.containsKey(id)) {
                    throw new InputException("the run names the document \"" + id + "\" for query \"" + query
                            + "\", which the corpus lacks; is it a run over this data set?");
                }
                candidates.add(new Candidate(id, texts.getOrDefault(id, "")));
            }
            read.add(new RerankingQuery(query, queries.getOrDefault(query, ""), candidates));
        }
        return read;
    }

    /**
     * Reads MTEB's reranking form: {@code .jsonl} with {@code query}, {@code positive} and {@code negative}, lists of texts.
     * All of them are candidates, named {@code 1-hit1}, {@code 1-miss1} and so on after query 1: of equal scores the larger
     * name comes first, so that a scorer which cannot tell them apart gains nothing.
     *
     * @throws InputException if a line is not so; the message names it
     */
    public static Judged readMteb(Path file) throws IOException {
        List<RerankingQuery> queries = new ArrayList<>();
        Map<String, Map<String, Integer>> judgements = new LinkedHashMap<>();
        Lines.each(file, line -> {
            ObjectNode object = JsonLine.parse(line);
            String id = Integer.toString(queries.size() + 1);
            List<String> positive = texts(object, "positive", line);
            List<String> negative = texts(object, "negative", line);
            List<Candidate> candidates = new ArrayList<>();
            Map<String, Integer> grades = new LinkedHashMap<>();
            for (String text : positive) {
                candidates.add(new Candidate(id + "-hit" + (candidates.size() + 1), text));
                grades.put(id + "-hit" + candidates.size(), 1);
            }
            for (int i = 0; i < negative.size(); i++) {
                candidates.add(new Candidate(id + "-miss" + (i + 1), negative.get(i)));
                grades.put(id + "-miss" + (i + 1), 0);
            }
            queries.add(new RerankingQuery(id, JsonLine.text(object, "query", line.place()), candidates));
            judgements.put(id, grades);
        });
        if (queries.isEmpty()) {
            throw new InputException(
                    file + " has no queries; give lines with \"query\", \"positive\" and \"negative\"");
        }
        return new Judged(queries, new Qrels(judgements));
    }

    private static List<String> texts(ObjectNode object, String key, Line line) throws InputException {
        JsonNode node = object.path(key);
        List<String> texts = new ArrayList<>();
        if (node.isString()) {
            texts.add(node.stringValue());
        } else if (node.isArray() && node.valueStream().allMatch(JsonNode::isString)) {
            node.valueStream().forEach(text -> texts.add(text.stringValue()));
        } else {
            throw new InputException(line.place() + ": \"" + key + "\" must be a list of texts");
        }
        return texts;
    }
}
