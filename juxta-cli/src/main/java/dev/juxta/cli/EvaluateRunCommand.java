package dev.juxta.cli;

import dev.juxta.eval.Qrels;
import dev.juxta.eval.RunEvaluation;
import dev.juxta.eval.TrecRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code juxta evaluate run}: a run file against judgements, as trec_eval does. */
@Command(
        name = "run",
        description = "Measure a TREC run against judgements.",
        footer = {
            "",
            "Judgements are TREC's four columns or BEIR's three, runs TREC's six; each maybe .gz. The values are"
                    + " trec_eval's, ties included: by score as a float, then by document id, descending.",
            "",
            "Example: juxta evaluate run --qrels qrels/test.tsv --run reranked.trec --against bm25.trec"
        })
final class EvaluateRunCommand implements Subcommand {

    private static final double NANOS_PER_SECOND = 1e9;

    private final Session session;

    @Option(names = "--qrels", paramLabel = "Q", required = true, description = "Judgements.")
    private Path qrels = Path.of("");

    @Option(names = "--run", paramLabel = "R", required = true, description = "The run.")
    private Path run = Path.of("");

    @Option(
            names = "--only-retrieved",
            description = "Leave queries out that the run lacks, as trec_eval does without -c; they count 0 otherwise.")
    private boolean onlyRetrieved;

    @Mixin
    private final EvaluationOptions options = new EvaluationOptions();

    EvaluateRunCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() throws IOException {
        options.check(false);
        long start = System.nanoTime();
        Qrels judged = Qrels.read(qrels);
        TrecRun read = EvaluationOptions.requireJudged(judged, TrecRun.read(run), run);
        List<String> queries = judged.judgements().keySet().stream()
                .filter(query -> !onlyRetrieved || read.scores().containsKey(query))
                .toList();
        RunEvaluation evaluated = RunEvaluation.of(judged, read, options.measures(), queries);
        Optional<RunEvaluation> against = options.against(judged, evaluated);
        new EvaluationView(session, options, evaluated, Optional.empty(), against)
                .writeReport(EvaluationView.shortName(run), List.of(), judged)
                .print((System.nanoTime() - start) / NANOS_PER_SECOND);
    }
}
