package dev.juxta.eval;

import dev.juxta.Score;
import dev.juxta.ScoreOptions;
import dev.juxta.Scorer;
import dev.juxta.TextPair;
import dev.juxta.eval.RerankingQuery.Candidate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * What a second stage makes of the candidates, at several depths of them at once: a query's candidates are scored in
 * slices, so that one pass shows what reading fewer of them would have given and cost.
 *
 * @param depths from the fewest candidates to the most
 * @param pairs pairs that were scored
 * @param truncated how many of them were too long for the model, and cut
 * @param seconds what the scoring took
 */
public record Reranking(List<AtDepth> depths, long pairs, long truncated, double seconds) {

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MILLIS_PER_SECOND = 1e3;

    public Reranking {
        depths = List.copyOf(depths);
    }

    /**
     * The ranking of the first {@code depth} candidates.
     *
     * @param depth how many candidates of each query were read, at most
     * @param run their ranking
     * @param millis for each query the time until they were all scored
     */
    public record AtDepth(int depth, TrecRun run, List<Double> millis) {

        public AtDepth {
            millis = List.copyOf(millis);
        }

        /** The mean time per query, in milliseconds. */
        public double meanMillis() {
            return millis.stream().mapToDouble(Double::doubleValue).average().orElse(0);
        }
    }

    /** The ranking of all candidates. */
    public TrecRun run() {
        return depths.get(depths.size() - 1).run();
    }

    /**
     * Ranks candidates by the logits of a scorer with one label.
     *
     * @param depths how many candidates to read, from the fewest to the most; those beyond are left out
     * @param options how each pair is scored; its progress is told of the pairs of all queries
     * @throws IllegalArgumentException if the depths do not rise, or are none
     */
    public static Reranking of(
            Scorer scorer, List<RerankingQuery> queries, List<Integer> depths, ScoreOptions options) {
        requireRising(depths);
        List<Map<String, Map<String, Double>>> runs = new ArrayList<>();
        List<List<Double>> millis = new ArrayList<>();
        depths.forEach(depth -> {
            runs.add(new LinkedHashMap<>());
            millis.add(new ArrayList<>());
        });
        long pairs = 0;
        long truncated = 0;
        double sum = 0;
        IntConsumer progress = options.progress();
        for (RerankingQuery query : queries) {
            Map<String, Double> scores = new LinkedHashMap<>();
            double elapsed = 0;
            for (int i = 0; i < depths.size(); i++) {
                int from = scores.size();
                List<Candidate> slice = query.candidates()
                        .subList(
                                from,
                                Math.max(
                                        from,
                                        Math.min(
                                                depths.get(i),
                                                query.candidates().size())));
                long before = pairs;
                long start = System.nanoTime();
                List<Score> scored = scorer.score(
                        slice.stream()
                                .map(candidate -> new TextPair(query.text(), candidate.text()))
                                .toList(),
                        options.withProgress(done -> progress.accept((int) (before + done))));
                elapsed += (System.nanoTime() - start) / NANOS_PER_MILLI;
                for (int j = 0; j < slice.size(); j++) {
                    scores.put(slice.get(j).id(), (double) scored.get(j).logit());
                    truncated += scored.get(j).truncated() > 0 ? 1 : 0;
                }
                pairs += slice.size();
                runs.get(i).put(query.id(), new LinkedHashMap<>(scores));
                millis.get(i).add(elapsed);
            }
            sum += elapsed;
        }
        List<AtDepth> ranked = new ArrayList<>();
        for (int i = 0; i < depths.size(); i++) {
            ranked.add(new AtDepth(depths.get(i), new TrecRun(runs.get(i)), millis.get(i)));
        }
        return new Reranking(ranked, pairs, truncated, sum / MILLIS_PER_SECOND);
    }

    private static void requireRising(List<Integer> depths) {
        int before = 0;
        for (int depth : depths) {
            if (depth <= before) {
                throw new IllegalArgumentException("Depths rise from 1 on, and these are " + depths);
            }
            before = depth;
        }
        if (depths.isEmpty()) {
            throw new IllegalArgumentException("Give at least one depth");
        }
    }
}
