package dev.juxta.cli;

import dev.juxta.Classification;
import dev.juxta.CrossEncoder;
import dev.juxta.Score;
import dev.juxta.ScoringModel;
import dev.juxta.cli.Table.Column;
import dev.juxta.cli.Table.Kind;
import dev.juxta.data.AtomicFile;
import dev.juxta.data.InputException;
import dev.juxta.eval.Bootstrap;
import dev.juxta.eval.LabelledPair;
import dev.juxta.eval.PairEvaluation;
import dev.juxta.eval.PairEvaluation.Estimate;
import dev.juxta.eval.report.PairReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code juxta evaluate pairs}: a model's scores or classes against labels. */
@Command(
        name = "pairs",
        description = "Measure a model on labelled pairs.",
        footer = {
            "",
            "Lines are text<TAB>text<TAB>label (of more columns the last three count, a header is passed over), or .jsonl"
                    + " with \"sentence1\", \"sentence2\" and \"score\"; each maybe .gz. Classes are 0 and 1 for a model with"
                    + " one label, else the names of its labels or their numbers.",
            "",
            "Example: juxta evaluate pairs --data stsb/test.tsv.gz --task similarity --model M"
        })
final class EvaluatePairsCommand implements Subcommand {

    private static final double NANOS_PER_SECOND = 1e9;

    private final Session session;

    @Option(names = "--data", paramLabel = "FILE", required = true, description = "The labelled pairs.")
    private Path data = Path.of("");

    @Option(
            names = "--task",
            paramLabel = "TASK",
            required = true,
            converter = OptionValues.PairTask.class,
            description = "similarity (Spearman, Pearson) or classification (accuracy, F1, average precision or macro"
                    + " and weighted F1, calibration error).")
    private Task task = Task.SIMILARITY;

    @Option(names = "--json", description = "JSON, one object per line; the last one holds the measures.")
    private boolean json;

    @Option(names = "--html", paramLabel = "FILE", description = "Write a report with plots, in one file.")
    private Optional<Path> html = Optional.empty();

    @Mixin
    private final ModelOptions model = new ModelOptions();

    EvaluatePairsCommand(Session session) {
        this.session = session;
    }

    /** What labels are. */
    enum Task {
        SIMILARITY,
        CLASSIFICATION
    }

    @Override
    public void run() throws IOException {
        model.check();
        List<LabelledPair> pairs = LabelledPair.read(data);
        long start;
        PairEvaluation evaluated;
        try (ScoringModel scorer = model.openScorer(session, model.name());
                Progress progress = new Progress(session, pairs.size())) {
            int labels = scorer.info().labels().size();
            if (task == Task.SIMILARITY && labels != 1) {
                throw new InputException(
                        model.name() + " has " + labels + " labels, and similarity is one; use --task classification");
            }
            start = System.nanoTime();
            evaluated = scorer instanceof CrossEncoder encoder && labels != 1
                    ? classified(encoder, pairs, progress)
                    : scored(scorer, pairs, progress);
        }
        double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
        if (html.isPresent()) {
            PairReport report = new PairReport(model.name() + " on " + EvaluationView.shortName(data), evaluated);
            AtomicFile.write(html.get(), writer -> writer.write(report.html()));
        }
        if (json) {
            printJson(evaluated, seconds);
        } else {
            printTable(evaluated, seconds);
        }
        session.out().flush();
    }

    private PairEvaluation scored(ScoringModel scorer, List<LabelledPair> pairs, Progress progress)
            throws InputException {
        double[] expected = new double[pairs.size()];
        boolean[] positive = new boolean[pairs.size()];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = pairs.get(i).number();
            positive[i] = expected[i] == 1;
            if (task == Task.CLASSIFICATION && expected[i] != 0 && expected[i] != 1) {
                throw new InputException(pairs.get(i).place() + ": the label \""
                        + pairs.get(i).label() + "\" is neither 0 nor 1, the classes of a model with one label");
            }
        }
        List<Score> scores = scorer.score(pairs.stream().map(LabelledPair::pair).toList(), model.scoring(progress));
        double[] values = scores.stream().mapToDouble(Score::value).toArray();
        return task == Task.SIMILARITY
                ? PairEvaluation.similarity(values, expected, Bootstrap.defaults())
                : PairEvaluation.binary(values, positive, Bootstrap.defaults());
    }

    private PairEvaluation classified(CrossEncoder encoder, List<LabelledPair> pairs, Progress progress)
            throws InputException {
        List<String> labels = encoder.info().labels();
        int[] expected = new int[pairs.size()];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = pairs.get(i).classOf(labels);
        }
        List<Classification> classes =
                encoder.classify(pairs.stream().map(LabelledPair::pair).toList(), model.scoring(progress));
        double[][] probabilities = classes.stream()
                .map(one -> labels.stream()
                        .mapToDouble(label -> probability(one, label))
                        .toArray())
                .toArray(double[][]::new);
        return PairEvaluation.classes(probabilities, expected, Bootstrap.defaults());
    }

    private static double probability(Classification classification, String label) {
        return classification.classes().stream()
                .filter(one -> one.label().equals(label))
                .mapToDouble(Classification.LabelProbability::probability)
                .findFirst()
                .orElseThrow();
    }

    private void printJson(PairEvaluation evaluated, double seconds) throws IOException {
        ObjectNode details = Json.object();
        ObjectNode ends = details.putObject("intervals");
        for (Estimate estimate : evaluated.estimates()) {
            ends.putArray(estimate.measure())
                    .add(estimate.interval().low())
                    .add(estimate.interval().high());
        }
        evaluated.threshold().ifPresent(best -> details.put("threshold", best.threshold()));
        session.out().line(Json.line(details));
        ObjectNode last = Json.object().put("queries", evaluated.pairs());
        ObjectNode measures = last.putObject("measures");
        evaluated.estimates().forEach(estimate -> measures.put(estimate.measure(), estimate.value()));
        session.out().line(Json.line(last.put("seconds", EvaluationView.rounded(seconds))));
    }

    private void printTable(PairEvaluation evaluated, double seconds) throws IOException {
        Table table = new Table(List.of(
                new Column("measure", Kind.NAME), new Column("value", Kind.SCORE), new Column("95 %", Kind.NUMBER)));
        for (Estimate estimate : evaluated.estimates()) {
            table.row(List.of(
                    estimate.measure(),
                    String.format(Locale.ROOT, "%.4f", estimate.value()),
                    String.format(
                            Locale.ROOT,
                            "%.4f to %.4f",
                            estimate.interval().low(),
                            estimate.interval().high())));
        }
        session.print(table);
        String threshold = evaluated
                .threshold()
                .map(best -> String.format(Locale.ROOT, ", F1 is best from a score of %.4f", best.threshold()))
                .orElse("");
        session.out().line(String.format(Locale.ROOT, "%d pairs, %.1f s%s", evaluated.pairs(), seconds, threshold));
    }
}
