package dev.juxta.cli;

import dev.juxta.cli.Table.Column;
import dev.juxta.cli.Table.Kind;
import dev.juxta.data.AtomicFile;
import dev.juxta.eval.Bootstrap;
import dev.juxta.eval.Bootstrap.Interval;
import dev.juxta.eval.Qrels;
import dev.juxta.eval.RandomisationTest;
import dev.juxta.eval.Reranking.AtDepth;
import dev.juxta.eval.RunEvaluation;
import dev.juxta.eval.report.RankingReport;
import dev.juxta.eval.report.RankingReport.Baseline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Prints how runs did: a table for people, or lines of JSON of which the last holds the means.
 *
 * @param session where to
 * @param options what to print
 * @param evaluated the run
 * @param first what stood before it in its pipeline
 * @param against a run of another system
 */
record EvaluationView(
        Session session,
        EvaluationOptions options,
        RunEvaluation evaluated,
        Optional<RunEvaluation> first,
        Optional<RunEvaluation> against) {

    /**
     * Writes the page with plots, if it was asked for.
     *
     * @param depths what fewer candidates gave; empty if that was not measured
     */
    EvaluationView writeReport(String title, List<AtDepth> depths, Qrels qrels) throws IOException {
        List<Baseline> baselines = new ArrayList<>();
        first.ifPresent(run -> baselines.add(new Baseline("first stage", run)));
        against.ifPresent(run -> baselines.add(new Baseline("the other run", run)));
        RankingReport report = new RankingReport(title, evaluated, baselines, depths, qrels);
        if (options.html().isPresent()) {
            AtomicFile.write(options.html().get(), writer -> writer.write(report.html()));
        }
        if (options.svg().isPresent()) {
            AtomicFile.write(options.svg().get(), writer -> writer.write(report.qualitySvg()));
        }
        return this;
    }

    /** Prints everything. */
    void print(double seconds) throws IOException {
        if (evaluated.missing() > 0) {
            session.tell(evaluated.missing() + " of " + evaluated.queries().size()
                    + " judged queries have no documents in the run, and count 0");
        }
        if (options.json()) {
            printJson(seconds);
        } else {
            printTables(seconds);
        }
        session.out().flush();
    }

    private void printJson(double seconds) throws IOException {
        if (options.perQuery()) {
            for (int query = 0; query < evaluated.queries().size(); query++) {
                ObjectNode object =
                        Json.object().put("query", evaluated.queries().get(query));
                ObjectNode values = object.putObject("measures");
                for (int i = 0; i < evaluated.measures().size(); i++) {
                    values.put(name(i), evaluated.values().get(query).get(i));
                }
                session.out().line(Json.line(object));
            }
        }
        ObjectNode intervals = Json.object();
        ObjectNode ends = intervals.putObject("intervals");
        for (int i = 0; i < evaluated.measures().size(); i++) {
            Interval interval = Bootstrap.defaults().ofMean(evaluated.values(i));
            ends.putArray(name(i)).add(interval.low()).add(interval.high());
        }
        session.out().line(Json.line(intervals));
        if (against.isPresent()) {
            session.out().line(Json.line(comparison(against.get())));
        }
        ObjectNode last = Json.object().put("queries", evaluated.queries().size());
        last.set("measures", means(evaluated));
        first.ifPresent(run -> last.set("first", means(run)));
        session.out().line(Json.line(last.put("seconds", rounded(seconds))));
    }

    private ObjectNode comparison(RunEvaluation other) {
        ObjectNode object = Json.object();
        object.set("against", means(other));
        ObjectNode p = object.putObject("p");
        for (int i = 0; i < other.measures().size(); i++) {
            p.put(name(i), RandomisationTest.p(evaluated.values(i), other.values(i)));
        }
        return object;
    }

    private ObjectNode means(RunEvaluation run) {
        ObjectNode object = Json.object();
        for (int i = 0; i < run.measures().size(); i++) {
            object.put(name(i), run.mean(i));
        }
        return object;
    }

    private String name(int measure) {
        return evaluated.measures().get(measure).toString();
    }

    private void printTables(double seconds) throws IOException {
        if (options.perQuery()) {
            session.print(queries());
            session.out().line("");
        }
        List<Column> columns = new ArrayList<>(List.of(
                new Column("measure", Kind.NAME), new Column("mean", Kind.SCORE), new Column("95 %", Kind.NUMBER)));
        first.ifPresent(run -> addComparison(columns, "first"));
        against.ifPresent(run -> addComparison(columns, "against"));
        Table table = new Table(columns);
        for (int i = 0; i < evaluated.measures().size(); i++) {
            Interval interval = Bootstrap.defaults().ofMean(evaluated.values(i));
            List<String> row = new ArrayList<>(List.of(
                    name(i), shown(evaluated.mean(i)), shown(interval.low()) + " to " + shown(interval.high())));
            for (RunEvaluation other :
                    List.of(first, against).stream().flatMap(Optional::stream).toList()) {
                row.add(shown(other.mean(i)));
                row.add(String.format(Locale.ROOT, "%+.4f", evaluated.mean(i) - other.mean(i)));
                row.add(String.format(Locale.ROOT, "%.4f", RandomisationTest.p(evaluated.values(i), other.values(i))));
            }
            table.row(row);
        }
        session.print(table);
        session.out().line(evaluated.queries().size() + " queries, " + String.format(Locale.ROOT, "%.1f s", seconds));
    }

    private static void addComparison(List<Column> columns, String name) {
        columns.add(new Column(name, Kind.NUMBER));
        columns.add(new Column("gain", Kind.NUMBER));
        columns.add(new Column("p", Kind.NUMBER));
    }

    private Table queries() {
        List<Column> columns = new ArrayList<>(List.of(new Column("query", Kind.NAME)));
        evaluated.measures().forEach(measure -> columns.add(new Column(measure.toString(), Kind.SCORE)));
        Table table = new Table(columns);
        for (int query = 0; query < evaluated.queries().size(); query++) {
            List<String> row = new ArrayList<>(List.of(evaluated.queries().get(query)));
            evaluated.values().get(query).forEach(value -> row.add(shown(value)));
            table.row(row);
        }
        return table;
    }

    private static String shown(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    /** The last two parts of a path, which tell data sets from their splits. */
    static String shortName(Path file) {
        Path whole = file.toAbsolutePath().normalize();
        int parts = whole.getNameCount();
        return whole.subpath(Math.max(0, parts - 2), parts).toString();
    }

    /** Seconds to the millisecond. */
    static double rounded(double seconds) {
        return Math.round(seconds * 1000) / 1000.0;
    }
}
