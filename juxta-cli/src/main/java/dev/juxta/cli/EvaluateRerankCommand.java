package dev.juxta.cli;

import dev.juxta.checkpoint.EmbeddedCheckpoint;
import dev.juxta.eval.BeirFolder;
import dev.juxta.eval.Qrels;
import dev.juxta.eval.RerankingQuery;
import dev.juxta.eval.TrecRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code juxta evaluate rerank}: what a model makes of a first stage's candidates. */
@Command(
        name = "rerank",
        description = "Rerank the candidates of a run, and measure both.",
        footer = {
            "",
            "\"first\" is the run as it came, cut to the same candidates. Of MTEB's reranking form (.jsonl with \"query\","
                    + " \"positive\", \"negative\") every text is a candidate, and there is no first stage.",
            "",
            "Example: juxta evaluate rerank --data nfcorpus --run-in bm25.trec.gz --rerank embedded --json"
        })
final class EvaluateRerankCommand implements Subcommand {

    private final Session session;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            required = true,
            description = "BEIR folder, or .jsonl in MTEB's reranking form.")
    private Path data = Path.of("");

    @Option(names = "--run-in", paramLabel = "RUN", description = "The first stage's run.")
    private Optional<Path> runIn = Optional.empty();

    @Option(
            names = "--rerank",
            paramLabel = "M",
            required = true,
            description = "Directory of a checkpoint, hub id, or embedded.")
    private String rerank = EmbeddedCheckpoint.DEFAULT.id();

    @Mixin
    private final CandidateOptions candidates = new CandidateOptions();

    @Mixin
    private final EvaluationOptions options = new EvaluationOptions();

    @Mixin
    private final LoadingOptions model = new LoadingOptions();

    EvaluateRerankCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() throws IOException {
        model.check("--rerank", rerank);
        options.check(candidates.hasDepths());
        boolean folder = Files.isDirectory(data) || runIn.isPresent();
        if (Files.isDirectory(data) && runIn.isEmpty()) {
            throw new UsageException("a BEIR folder has no candidates; give a first stage's run with --run-in");
        }
        Optional<TrecRun> first = Optional.empty();
        List<Integer> depths;
        RerankingQuery.Judged judged;
        if (folder) {
            BeirFolder beir = BeirFolder.open(data);
            Qrels qrels = beir.qrels(candidates.split()).sample(candidates.maxQueries());
            TrecRun run = TrecRun.read(runIn.orElseThrow());
            TrecRun cut = EvaluationOptions.requireJudged(qrels, run, runIn.orElseThrow())
                    .cut(candidates.candidates());
            first = Optional.of(cut);
            judged = new RerankingQuery.Judged(RerankingQuery.of(beir, qrels, cut), qrels);
            depths = candidates.allDepths();
        } else {
            candidates.requireAll(data.toString());
            judged = RerankingQuery.readMteb(data).sample(candidates.maxQueries());
            depths = List.of(judged.queries().stream()
                    .mapToInt(query -> query.candidates().size())
                    .filter(size -> size > 0)
                    .max()
                    .orElse(1));
        }
        new SecondStage(session, candidates, options, model)
                .run(EvaluationView.shortName(data), rerank, judged, depths, first, 0);
    }
}
