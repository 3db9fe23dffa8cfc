package dev.juxta.cli;

import dev.juxta.ScoringModel;
import dev.juxta.data.InputException;
import dev.juxta.eval.Qrels;
import dev.juxta.eval.Reranking;
import dev.juxta.eval.RerankingQuery;
import dev.juxta.eval.RunEvaluation;
import dev.juxta.eval.TrecRun;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Reranks what a first stage found, and prints how both did.
 *
 * @param session where to
 * @param candidates how many of them
 * @param options what to print
 * @param model how the model is loaded and scores
 */
record SecondStage(Session session, CandidateOptions candidates, EvaluationOptions options, LoadingOptions model) {

    /**
     * Reranks and prints.
     *
     * @param data what the report calls the data
     * @param rerank the model
     * @param judged queries, their candidates and what is relevant
     * @param depths numbers of candidates to measure, fewest first
     * @param first the first stage's run; empty if there is none
     * @param firstSeconds what it took
     */
    void run(
            String data,
            String rerank,
            RerankingQuery.Judged judged,
            List<Integer> depths,
            Optional<TrecRun> first,
            double firstSeconds)
            throws IOException {
        int most = depths.get(depths.size() - 1);
        long pairs = judged.queries().stream()
                .mapToLong(query -> Math.min(most, query.candidates().size()))
                .sum();
        Reranking reranking;
        try (ScoringModel scorer = model.openScorer(session, rerank);
                Progress progress = new Progress(session, pairs)) {
            if (scorer.info().labels().size() != 1) {
                throw new InputException("documents are ranked by a model with one label, and " + rerank + " has "
                        + scorer.info().labels().size());
            }
            reranking = Reranking.of(scorer, judged.queries(), depths, model.scoring(progress));
        }
        if (candidates.runOut().isPresent()) {
            reranking.run().write(candidates.runOut().get(), "juxta");
        }
        Qrels qrels = judged.qrels();
        RunEvaluation evaluated = RunEvaluation.of(qrels, reranking.run(), options.measures());
        Optional<RunEvaluation> before = first.map(run -> RunEvaluation.of(qrels, run, options.measures()));
        if (reranking.truncated() > 0) {
            session.tell(reranking.truncated() + " of " + reranking.pairs() + " pairs were too long and were cut");
        }
        new EvaluationView(session, options, evaluated, before, options.against(qrels, evaluated))
                .writeReport("Reranking of " + data + " by " + rerank, reranking.depths(), qrels)
                .print(firstSeconds + reranking.seconds());
    }
}
