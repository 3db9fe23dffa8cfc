package dev.juxta.cli;

import dev.juxta.CrossEncoder;
import dev.juxta.data.InputException;
import dev.juxta.eval.BeirFolder;
import dev.juxta.eval.Qrels;
import dev.juxta.eval.Reranking;
import dev.juxta.eval.RerankingQuery;
import dev.juxta.eval.RunEvaluation;
import dev.juxta.eval.TrecRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

    @Option(names = "--split", paramLabel = "S", description = "Which qrels of the folder; default: test.")
    private String split = "test";

    @Option(names = "--run-in", paramLabel = "RUN", description = "The first stage's run.")
    private Optional<Path> runIn = Optional.empty();

    @Option(
            names = "--rerank",
            paramLabel = "M",
            required = true,
            description = "Directory of a checkpoint, hub id, or embedded.")
    private String rerank = LoadingOptions.EMBEDDED;

    @Option(
            names = "--candidates",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "How many of each query's best to rerank; default: 100.")
    private int candidates = 100;

    @Option(
            names = "--depths",
            paramLabel = "N",
            split = ",",
            converter = OptionValues.Count.class,
            description = "Also measure fewer candidates, as 10,25,50, with the time that they take.")
    private List<Integer> depths = List.of();

    @Option(
            names = "--max-queries",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "Only so many of the judged queries, evenly spaced; default: all.")
    private int maxQueries = Integer.MAX_VALUE;

    @Option(names = "--run", paramLabel = "OUT", description = "Write the reranked run, for any other tool.")
    private Optional<Path> runOut = Optional.empty();

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
        boolean folder = Files.isDirectory(data) || runIn.isPresent();
        if (Files.isDirectory(data) && runIn.isEmpty()) {
            throw new UsageException("a BEIR folder has no candidates; give a first stage's run with --run-in");
        }
        Optional<TrecRun> first = Optional.empty();
        RerankingQuery.Judged judged;
        if (folder) {
            BeirFolder beir = BeirFolder.open(data);
            Qrels qrels = beir.qrels(split).sample(maxQueries);
            TrecRun run = TrecRun.read(runIn.orElseThrow());
            TrecRun cut = EvaluationOptions.requireJudged(qrels, run, runIn.orElseThrow())
                    .cut(candidates);
            first = Optional.of(cut);
            judged = new RerankingQuery.Judged(RerankingQuery.of(beir, qrels, cut), qrels);
        } else {
            judged = RerankingQuery.readMteb(data).sample(maxQueries);
        }
        evaluate(judged, first);
    }

    private void evaluate(RerankingQuery.Judged judged, Optional<TrecRun> first) throws IOException {
        long pairs = judged.queries().stream()
                .mapToLong(query -> Math.min(candidates, query.candidates().size()))
                .sum();
        Reranking reranking;
        try (CrossEncoder encoder = model.open(session, rerank);
                Progress progress = new Progress(session, pairs)) {
            if (encoder.info().labels().size() != 1) {
                throw new InputException("documents are ranked by a model with one label, and " + rerank + " has "
                        + encoder.info().labels().size());
            }
            reranking = Reranking.of(encoder, judged.queries(), allDepths(), model.scoring(progress));
        }
        if (runOut.isPresent()) {
            reranking.run().write(runOut.get(), "juxta");
        }
        Qrels qrels = judged.qrels();
        RunEvaluation evaluated = RunEvaluation.of(qrels, reranking.run(), options.measures());
        Optional<RunEvaluation> before = first.map(run -> RunEvaluation.of(qrels, run, options.measures()));
        if (reranking.truncated() > 0) {
            session.tell(reranking.truncated() + " of " + reranking.pairs() + " pairs were too long and were cut");
        }
        new EvaluationView(session, options, evaluated, before, options.against(qrels, evaluated))
                .writeReport(
                        "Reranking of " + EvaluationView.shortName(data) + " by " + rerank, reranking.depths(), qrels)
                .print(reranking.seconds());
    }

    private List<Integer> allDepths() {
        return Stream.concat(
                        depths.stream().filter(depth -> depth < candidates),
                        IntStream.of(candidates).boxed())
                .distinct()
                .sorted()
                .toList();
    }
}
