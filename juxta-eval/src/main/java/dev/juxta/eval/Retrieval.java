package dev.juxta.eval;

import dev.juxta.Hit;
import dev.juxta.Retriever;
import dev.juxta.eval.RerankingQuery.Candidate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * What a first stage finds.
 *
 * @param run its hits
 * @param queries the queries with what was found for them, for a second stage
 * @param millis for each query the time that it took
 */
public record Retrieval(TrecRun run, List<RerankingQuery> queries, List<Double> millis) {

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MILLIS_PER_SECOND = 1e3;

    public Retrieval {
        queries = List.copyOf(queries);
        millis = List.copyOf(millis);
    }

    /**
     * Asks every query, one after the other.
     *
     * @param queries their texts by their names
     * @param limit the most hits of each
     * @param progress told how many queries have been asked
     */
    public static Retrieval of(Retriever retriever, Map<String, String> queries, int limit, IntConsumer progress)
            throws IOException {
        Map<String, Map<String, Double>> scores = new LinkedHashMap<>();
        List<RerankingQuery> found = new ArrayList<>();
        List<Double> millis = new ArrayList<>();
        for (Map.Entry<String, String> query : queries.entrySet()) {
            long start = System.nanoTime();
            List<Hit> hits = retriever.retrieve(query.getValue(), limit);
            millis.add((System.nanoTime() - start) / NANOS_PER_MILLI);
            Map<String, Double> row = new LinkedHashMap<>();
            hits.forEach(hit -> row.put(hit.id(), hit.score()));
            scores.put(query.getKey(), row);
            found.add(new RerankingQuery(
                    query.getKey(),
                    query.getValue(),
                    hits.stream()
                            .map(hit -> new Candidate(hit.id(), hit.text()))
                            .toList()));
            progress.accept(found.size());
        }
        return new Retrieval(new TrecRun(scores), found, millis);
    }

    /** What the retrieving took. */
    public double seconds() {
        return millis.stream().mapToDouble(Double::doubleValue).sum() / MILLIS_PER_SECOND;
    }
}
