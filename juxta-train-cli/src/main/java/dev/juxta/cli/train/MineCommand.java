package dev.juxta.cli.train;

import dev.juxta.Retriever;
import dev.juxta.Scorer;
import dev.juxta.ScoringModel;
import dev.juxta.cli.FirstStage;
import dev.juxta.cli.FirstStageOptions;
import dev.juxta.cli.Json;
import dev.juxta.cli.LoadingOptions;
import dev.juxta.cli.OptionValues;
import dev.juxta.cli.Session;
import dev.juxta.cli.Subcommand;
import dev.juxta.cli.UsageException;
import dev.juxta.data.InputException;
import dev.juxta.data.JsonLine;
import dev.juxta.eval.BeirFolder;
import dev.juxta.eval.Qrels;
import dev.juxta.train.mining.HardNegativeMiner;
import dev.juxta.train.mining.HardNegativeMiner.Result;
import dev.juxta.train.mining.MiningOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code juxta mine}: hard negatives for a data set's queries. */
@Command(
        name = "mine",
        description = "Find hard negatives for the queries of a data set, as training data.",
        footer = {
            "",
            "Options and their meaning are those of sentence-transformers' mine_hard_negatives; margins are measured from"
                    + " the lowest positive, in scores of --cross-encoder where one is named. Stopped, it goes on with"
                    + " --resume.",
            "",
            "Example: juxta mine --data medquad --first bm25 --cross-encoder embedded --relative-margin 0.05 --out"
                    + " mined.jsonl"
        })
final class MineCommand implements Subcommand {

    private final Session session;

    @Option(names = "--data", paramLabel = "DIR", required = true, description = "BEIR folder.")
    private Path data = Path.of("");

    @Option(names = "--split", paramLabel = "S", description = "Which qrels of the folder; default: train.")
    private String split = "train";

    @Option(
            names = "--max-queries",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "Only so many of the judged queries, evenly spaced; default: all.")
    private int maxQueries = Integer.MAX_VALUE;

    @Option(
            names = "--first",
            paramLabel = "STAGE",
            description =
                    "Where candidates come from: bm25 (default), dense, hybrid (both, by reciprocal ranks), or late"
                            + " (by the vectors of tokens).")
    private String first = "bm25";

    @Mixin
    private final FirstStageOptions stages = new FirstStageOptions();

    @Option(
            names = "--cross-encoder",
            paramLabel = "M",
            description = "Rescores candidates and positives, to tell false negatives: directory, hub id, or embedded.")
    private Optional<String> crossEncoder = Optional.empty();

    @Option(
            names = "--num-negatives",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "Per query; default: 3.")
    private int negatives = 3;

    @Option(
            names = "--range-min",
            paramLabel = "N",
            converter = OptionValues.Whole.class,
            description = "Pass over so many of the best; default: 0.")
    private int rangeMin;

    @Option(
            names = "--range-max",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "Look at so many; default: as many as needed, ten times that where filters are set.")
    private Optional<Integer> rangeMax = Optional.empty();

    @Option(
            names = "--max-score",
            paramLabel = "X",
            converter = OptionValues.Real.class,
            description = "Throw out candidates that score more.")
    private Optional<Double> maxScore = Optional.empty();

    @Option(
            names = "--min-score",
            paramLabel = "X",
            converter = OptionValues.Real.class,
            description = "Throw out candidates that score less.")
    private Optional<Double> minScore = Optional.empty();

    @Option(
            names = "--absolute-margin",
            paramLabel = "X",
            converter = OptionValues.Real.class,
            description = "Throw out candidates less than X below the lowest positive.")
    private Optional<Double> absoluteMargin = Optional.empty();

    @Option(
            names = "--relative-margin",
            paramLabel = "X",
            converter = OptionValues.Real.class,
            description = "Throw out candidates above p - |p|·X, where p is the lowest positive's score.")
    private Optional<Double> relativeMargin = Optional.empty();

    @Option(
            names = "--sampling",
            paramLabel = "HOW",
            converter = Sampling.class,
            description = "top (default): the best that are left; random: some of those in the range.")
    private String sampling = "top";

    @Option(names = "--seed", paramLabel = "N", description = "Of --sampling random; default: 1.")
    private long seed = 1;

    @Option(
            names = "--include-positives",
            description = "Keep positives among the candidates, in their places; the form is then labeled-list.")
    private boolean includePositives;

    @Option(
            names = "--format",
            paramLabel = "F",
            converter = MinedRows.FormName.class,
            description = "triplet (default), n-tuple, labeled-pair or labeled-list.")
    private MinedRows.Form form = MinedRows.Form.TRIPLET;

    @Option(names = "--scores", description = "Give scores instead of labels, for losses that learn from a teacher.")
    private boolean scores;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "JSONL that juxta train reads.")
    private Path out = Path.of("");

    @Option(names = "--resume", description = "Go on with what an earlier run has left, if there is something.")
    private boolean resume;

    @Option(names = "--json", description = "End with one JSON object.")
    private boolean json;

    @Mixin
    private final LoadingOptions model = new LoadingOptions();

    MineCommand(Session session) {
        this.session = session;
    }

    private static final class Sampling implements ITypeConverter<String> {
        @Override
        public String convert(String value) {
            if (value.equals("top") || value.equals("random")) {
                return value;
            }
            throw OptionValues.wrong(value, "top or random");
        }
    }

    @Override
    public void run() throws IOException {
        FirstStage stage = stages.stage(session, data, first);
        if (scores && crossEncoder.isEmpty() && !first.equals("dense")) {
            throw new UsageException("--scores needs a score for every positive, which --first " + first
                    + " gives only those that it finds; name a --cross-encoder, or take --first dense");
        }
        if (crossEncoder.isPresent()) {
            model.check("--cross-encoder", crossEncoder.get());
        }
        MiningOptions options = options();
        BeirFolder beir = BeirFolder.open(data);
        Qrels qrels = beir.qrels(split).sample(maxQueries);
        MiningQueries queries = MiningQueries.of(beir, qrels, data + ", split " + split);
        try (GrowingFile file = GrowingFile.open(out, how(stage, options), resume, MineCommand::queryId)) {
            stage.retrieving(
                    beir.corpus(),
                    queries.corpus(),
                    model,
                    retriever -> mine(stage, retriever, options, queries, file));
        }
    }

    private MiningOptions options() {
        try {
            return new MiningOptions(
                    rangeMin,
                    rangeMax.map(OptionalInt::of).orElse(OptionalInt.empty()),
                    optional(maxScore),
                    optional(minScore),
                    optional(absoluteMargin),
                    optional(relativeMargin),
                    negatives,
                    sampling.equals("random"),
                    includePositives,
                    seed);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private static OptionalDouble optional(Optional<Double> value) {
        return value.map(OptionalDouble::of).orElse(OptionalDouble.empty());
    }

    private String how(FirstStage stage, MiningOptions options) {
        return options + ", " + data + ", " + split + ", " + maxQueries + ", " + first + stage.dense() + stage.late()
                + stage.language() + ", " + crossEncoder + ", " + model.load() + model.reading() + ", " + form
                + ", scores " + scores;
    }

    private static String queryId(String line) {
        return JsonLine.find(line).map(row -> row.path("query_id").asString("")).orElse("");
    }

    private void mine(
            FirstStage stage, Retriever retriever, MiningOptions options, MiningQueries queries, GrowingFile file)
            throws IOException {
        try (ScoringModel judge = crossEncoder.isPresent() ? model.openScorer(session, crossEncoder.get()) : null;
                ScoringModel absent = scores && judge == null
                        ? model.openScorer(session, stage.dense().orElseThrow())
                        : null) {
            if (judge != null && judge.info().labels().size() != 1) {
                throw new InputException("candidates are rescored by a model with one label, and " + crossEncoder.get()
                        + " has " + judge.info().labels().size());
            }
            HardNegativeMiner miner = new HardNegativeMiner(retriever, optional(judge), optional(absent), options);
            mine(miner, queries.after(file.last()), file);
        }
    }

    private Optional<Scorer> optional(@Nullable ScoringModel scorer) {
        return scorer == null ? Optional.empty() : Optional.of(new OptionedScorer(scorer, model.scoring()));
    }

    private void mine(HardNegativeMiner miner, MiningQueries queries, GrowingFile file) throws IOException {
        MinedRows rows = new MinedRows(form, negatives, scores);
        MiningReport report = new MiningReport();
        try (WorkView view = new WorkView(session, "queries", queries.size())) {
            for (Map.Entry<String, Map<String, String>> one :
                    queries.positives().entrySet()) {
                String query = queries.text(one.getKey());
                Result mined = miner.mine(query, one.getValue());
                List<String> lines = rows.of(one.getKey(), query, mined);
                file.add(lines);
                report.add(mined, lines.size());
                view.advance();
            }
        }
        file.finish();
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("file", out.toString());
        figures.putAll(report.figures());
        if (json) {
            session.out().line(Json.line(WorkView.object(figures)));
        } else {
            session.out().line(report.summary() + "; they are in " + out);
        }
        session.out().flush();
    }
}
