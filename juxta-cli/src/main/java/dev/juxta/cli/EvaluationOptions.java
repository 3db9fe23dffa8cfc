package dev.juxta.cli;

import dev.juxta.data.InputException;
import dev.juxta.eval.Qrels;
import dev.juxta.eval.RunEvaluation;
import dev.juxta.eval.TrecRun;
import dev.juxta.measure.RankingMeasure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What every form of {@code juxta evaluate} that measures rankings is told. */
final class EvaluationOptions {

    @Option(
            names = "--measures",
            paramLabel = "M",
            split = ",",
            converter = OptionValues.Ranking.class,
            description = "nDCG, RR, AP, P, R, Success, Judged (with @ and a cutoff), Rprec, Bpref; default:"
                    + " nDCG@10,RR@10,AP,R@100.")
    private List<RankingMeasure> measures = List.of(
            RankingMeasure.parse("nDCG@10"),
            RankingMeasure.parse("RR@10"),
            RankingMeasure.parse("AP"),
            RankingMeasure.parse("R@100"));

    @Option(
            names = "--against",
            paramLabel = "RUN",
            description = "A second run on the same queries: differences, and whether chance explains them.")
    private Optional<Path> against = Optional.empty();

    @Option(names = "--html", paramLabel = "FILE", description = "Write a report with plots, in one file.")
    private Optional<Path> html = Optional.empty();

    @Option(
            names = "--svg",
            paramLabel = "FILE",
            description = "Write the plot of quality over time by number of candidates (with --depths) as SVG.")
    private Optional<Path> svg = Optional.empty();

    @Option(names = "--per-query", description = "Print the values of each query, too.")
    private boolean perQuery;

    @Option(names = "--json", description = "JSON, one object per line; the last one holds the means.")
    private boolean json;

    List<RankingMeasure> measures() {
        return measures;
    }

    Optional<Path> html() {
        return html;
    }

    Optional<Path> svg() {
        return svg;
    }

    boolean perQuery() {
        return perQuery;
    }

    boolean json() {
        return json;
    }

    /**
     * Checks what can be checked before anything is measured.
     *
     * @param depths whether several numbers of candidates are
     * @throws UsageException if there will be nothing to plot
     */
    void check(boolean depths) {
        if (svg.isPresent() && !depths) {
            throw new UsageException("--svg plots several numbers of candidates; give them with --depths 10,25,50");
        }
    }

    /** The second run, measured on the queries of the first. */
    Optional<RunEvaluation> against(Qrels qrels, RunEvaluation evaluated) throws IOException {
        if (against.isEmpty()) {
            return Optional.empty();
        }
        TrecRun run = TrecRun.read(against.get());
        return Optional.of(
                RunEvaluation.of(qrels, requireJudged(qrels, run, against.get()), measures, evaluated.queries()));
    }

    /**
     * A run that belongs to judgements.
     *
     * @throws InputException if they have no query in common
     */
    static TrecRun requireJudged(Qrels qrels, TrecRun run, Path file) throws InputException {
        if (run.scores().keySet().stream().noneMatch(qrels.judgements()::containsKey)) {
            throw new InputException("no query of " + file + " is judged (its first is \""
                    + run.scores().keySet().iterator().next() + "\", the first judged one \""
                    + qrels.judgements().keySet().iterator().next() + "\"); are both of the same data set?");
        }
        return run;
    }
}
