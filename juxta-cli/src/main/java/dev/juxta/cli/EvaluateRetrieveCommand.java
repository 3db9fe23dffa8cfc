package dev.juxta.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code juxta evaluate retrieve}: a first stage over a whole corpus, and a second behind it if one is asked for. */
@Command(
        name = "retrieve",
        description = "Search a corpus for every judged query, rerank if asked to, and measure.",
        footer = {
            "",
            "\"first\" is the first stage alone, where --rerank names a second. The index lives as long as the command,"
                    + " unless --index keeps it.",
            "",
            "Example: juxta evaluate retrieve --data nfcorpus --first bm25 --rerank embedded --json"
        })
final class EvaluateRetrieveCommand implements Subcommand {

    private final Session session;

    @Option(names = "--data", paramLabel = "DIR", required = true, description = "BEIR folder.")
    private Path data = Path.of("");

    @Option(
            names = "--first",
            paramLabel = "STAGE",
            required = true,
            description = "bm25, dense (all vectors compared, or the graph over 10,000), hybrid (both, by reciprocal"
                    + " ranks), or late (by the vectors of tokens).")
    private String first = "bm25";

    @Mixin
    private final FirstStageOptions stages = new FirstStageOptions();

    @Option(
            names = "--rerank",
            paramLabel = "M",
            description = "Directory of a checkpoint, hub id, or embedded; default: no second stage.")
    private Optional<String> rerank = Optional.empty();

    @Mixin
    private final CandidateOptions candidates = new CandidateOptions();

    @Mixin
    private final EvaluationOptions options = new EvaluationOptions();

    @Mixin
    private final LoadingOptions model = new LoadingOptions();

    EvaluateRetrieveCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() throws IOException {
        options.check(candidates.hasDepths());
        if (rerank.isPresent()) {
            model.check("--rerank", rerank.get());
        } else if (candidates.hasDepths()) {
            throw new UsageException("--depths are numbers of candidates to rerank; name a model with --rerank");
        }
        stages.stage(session, data, first).evaluate(rerank, new SecondStage(session, candidates, options, model));
    }
}
