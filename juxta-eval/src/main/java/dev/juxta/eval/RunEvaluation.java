package dev.juxta.eval;

import dev.juxta.measure.JudgedRanking;
import dev.juxta.measure.RankingMeasure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * A run, measured query by query.
 *
 * @param measures what was measured
 * @param queries the queries that count, in the order of the judgements
 * @param values [queries][measures]
 * @param missing for how many of the queries the run has no document; each counts 0
 * @param precision interpolated precision at recall 0, 0.1, …, 1, the mean over the queries
 */
public record RunEvaluation(
        List<RankingMeasure> measures,
        List<String> queries,
        List<List<Double>> values,
        int missing,
        List<Double> precision) {

    public RunEvaluation {
        measures = List.copyOf(measures);
        queries = List.copyOf(queries);
        values = values.stream().map(List::copyOf).toList();
        precision = List.copyOf(precision);
    }

    /**
     * Measures every judged query; those that the run lacks count 0, as in {@code trec_eval -c}.
     *
     * @throws IllegalArgumentException if no query is judged
     */
    public static RunEvaluation of(Qrels qrels, TrecRun run, List<RankingMeasure> measures) {
        return of(qrels, run, measures, qrels.judgements().keySet());
    }

    /**
     * Measures the given queries.
     *
     * @param queries those that count, judged or not
     * @throws IllegalArgumentException if there are none
     */
    public static RunEvaluation of(
            Qrels qrels, TrecRun run, List<RankingMeasure> measures, Collection<String> queries) {
        if (queries.isEmpty()) {
            throw new IllegalArgumentException("There is no query that could be measured");
        }
        List<List<Double>> values = new ArrayList<>();
        double[] precision = new double[11];
        int missing = 0;
        for (String query : queries) {
            JudgedRanking ranking = JudgedRanking.of(qrels.of(query), run.of(query));
            values.add(measures.stream().map(measure -> measure.of(ranking)).toList());
            missing += run.of(query).isEmpty() ? 1 : 0;
            double[] levels = ranking.interpolatedPrecision();
            for (int i = 0; i < precision.length; i++) {
                precision[i] += levels[i] / queries.size();
            }
        }
        return new RunEvaluation(
                measures,
                List.copyOf(queries),
                values,
                missing,
                Arrays.stream(precision).boxed().toList());
    }

    /** The values of a measure, one per query. */
    public double[] values(int measure) {
        return values.stream().mapToDouble(row -> row.get(measure)).toArray();
    }

    /** The mean of a measure over the queries. */
    public double mean(int measure) {
        return Arrays.stream(values(measure)).average().orElse(0);
    }
}
