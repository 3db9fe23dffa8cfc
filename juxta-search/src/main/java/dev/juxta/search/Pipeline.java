package dev.juxta.search;

import dev.juxta.Hit;
import dev.juxta.RankOptions;
import dev.juxta.Ranked;
import dev.juxta.Ranking;
import dev.juxta.Retriever;
import dev.juxta.Scorer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A first stage, then scorers, each of which keeps the best of what the one before it left: candidates, rerank, cut. With
 * several scorers, a cheap one over many and a dear one over few, it is a cascade.
 *
 * <pre>{@code
 * Pipeline pipeline = Pipeline.from("bm25", bm25, 100).then("rerank", crossEncoder, 10);
 * PipelineResult result = pipeline.run("How many people live in Berlin?", 5);
 * }</pre>
 */
public final class Pipeline implements Retriever {

    private static final Duration SHORTEST = Duration.ofMillis(1);

    private final String firstName;
    private final Retriever first;
    private final int candidates;
    private final List<Stage> stages;
    private final Optional<Duration> budget;

    /**
     * A scorer in a pipeline.
     *
     * @param name how reports name it
     * @param scorer of what the stage before it left
     * @param keep how many of the best go on
     */
    private record Stage(String name, Scorer scorer, int keep) {}

    private Pipeline(String firstName, Retriever first, int candidates, List<Stage> stages, Optional<Duration> budget) {
        Limits.requireLimit(candidates);
        this.firstName = firstName;
        this.first = first;
        this.candidates = candidates;
        this.stages = List.copyOf(stages);
        this.budget = budget;
    }

    /**
     * A pipeline of a first stage alone.
     *
     * @param name how reports name it
     * @param first is left open
     * @param candidates how many it finds
     */
    public static Pipeline from(String name, Retriever first, int candidates) {
        return new Pipeline(name, first, candidates, List.of(), Optional.empty());
    }

    /**
     * This pipeline with one more stage.
     *
     * @param name how reports name it
     * @param scorer is left open
     * @param keep how many of the best go on
     */
    public Pipeline then(String name, Scorer scorer, int keep) {
        Limits.requireLimit(keep);
        List<Stage> more = new ArrayList<>(stages);
        more.add(new Stage(name, scorer, keep));
        return new Pipeline(firstName, first, candidates, more, budget);
    }

    /**
     * This pipeline, ending scoring when the time is up. A stage scores at least its first few candidates, in the order of
     * the stage before; the others are left out of the result, which counts them.
     */
    public Pipeline within(Duration time) {
        if (time.isZero() || time.isNegative()) {
            throw new IllegalArgumentException("A budget is a time above 0, not " + time);
        }
        return new Pipeline(firstName, first, candidates, stages, Optional.of(time));
    }

    /** Runs all stages. */
    public PipelineResult run(String query, int limit) throws IOException {
        Limits.requireLimit(limit);
        long start = System.nanoTime();
        List<PipelineResult.Found> found = new ArrayList<>();
        for (Hit hit : first.retrieve(query, stages.isEmpty() ? limit : candidates)) {
            found.add(new PipelineResult.Found(
                    hit, List.of(new PipelineResult.Placing(firstName, found.size() + 1, hit.score(), 0))));
        }
        List<PipelineResult.StageReport> reports = new ArrayList<>();
        long ended = System.nanoTime();
        reports.add(new PipelineResult.StageReport(
                firstName, found.size(), found.size(), 0, Duration.ofNanos(ended - start)));
        for (Stage stage : stages) {
            RankOptions options = RankOptions.topK(stage.keep())
                    .withMaxCandidates(Math.max(1, found.size()))
                    .withReturnDocuments(false);
            if (budget.isPresent()) {
                Duration left = budget.get().minusNanos(System.nanoTime() - start);
                options = options.withBudget(left.compareTo(SHORTEST) < 0 ? SHORTEST : left);
            }
            List<String> texts = found.stream().map(one -> one.hit().text()).toList();
            Ranking ranking = stage.scorer().rank(query, texts, options);
            List<PipelineResult.Found> kept = new ArrayList<>();
            for (Ranked ranked : ranking) {
                kept.add(found.get(ranked.index()).placed(stage.name(), ranked));
            }
            long now = System.nanoTime();
            reports.add(new PipelineResult.StageReport(
                    stage.name(), found.size(), kept.size(), ranking.unscored(), Duration.ofNanos(now - ended)));
            ended = now;
            found = kept;
        }
        return new PipelineResult(found.subList(0, Math.min(limit, found.size())), reports);
    }

    @Override
    public List<Hit> retrieve(String query, int limit) throws IOException {
        return run(query, limit).hits();
    }

    /** Nothing of its own to free. */
    @Override
    public void close() {
        // the stages belong to whoever opened them
    }
}
