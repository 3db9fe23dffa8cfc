package dev.juxta.eval.report;

import dev.juxta.eval.Bootstrap;
import dev.juxta.eval.Bootstrap.Interval;
import dev.juxta.eval.Qrels;
import dev.juxta.eval.RandomisationTest;
import dev.juxta.eval.Reranking.AtDepth;
import dev.juxta.eval.RunEvaluation;
import dev.juxta.eval.report.Plot.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How a ranking did: means with intervals, precision over recall, gain and loss query by query, and quality over the time
 * that more candidates take.
 *
 * @param title names the data and the system
 * @param evaluated the run
 * @param baselines what it is compared with, by name; the gain is over the first
 * @param depths what fewer candidates gave; empty if that was not measured
 * @param qrels judgements, for the depths
 */
public record RankingReport(
        String title, RunEvaluation evaluated, List<Baseline> baselines, List<AtDepth> depths, Qrels qrels) {

    private static final double DOT = 3.5;
    private static final String QUALITY = "Quality over time by number of candidates";

    public RankingReport {
        baselines = List.copyOf(baselines);
        depths = List.copyOf(depths);
    }

    /** Another run on the same queries. */
    public record Baseline(String name, RunEvaluation evaluated) {}

    /** The page. */
    public String html() {
        HtmlReport report = new HtmlReport(title)
                .text(evaluated.queries().size()
                        + " queries. Intervals hold 95 % of 2,000 bootstrap resamples of the queries; p is of a paired"
                        + " randomisation test, two-sided.");
        if (evaluated.missing() > 0) {
            report.text("For " + evaluated.missing() + " of them nothing was retrieved; they count 0.");
        }
        report.table(headers(), means());
        report.figure(
                "Precision over recall",
                precision(),
                "Interpolated precision at eleven levels of recall, the mean over the queries. Higher is better.");
        baselines.stream().findFirst().ifPresent(baseline -> gain(report, baseline));
        if (depths.size() > 1) {
            report.figure(
                    measure() + " over time",
                    quality().svg(QUALITY),
                    "Each point is a number of candidates that were reranked, and the mean time per query that took.");
        }
        List<String> columns = new ArrayList<>(List.of("query"));
        evaluated.measures().forEach(measure -> columns.add(measure.toString()));
        return report.html("Every query", columns, perQuery());
    }

    private String measure() {
        return evaluated.measures().get(0).toString();
    }

    private List<String> headers() {
        List<String> headers = new ArrayList<>(List.of("measure", "mean", "95 %"));
        baselines.forEach(baseline -> headers.addAll(List.of(baseline.name(), "gain", "p")));
        return headers;
    }

    private List<List<String>> means() {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < evaluated.measures().size(); i++) {
            Interval interval = Bootstrap.defaults().ofMean(evaluated.values(i));
            List<String> row = new ArrayList<>(List.of(
                    evaluated.measures().get(i).toString(),
                    shown(evaluated.mean(i)),
                    shown(interval.low()) + " – " + shown(interval.high())));
            for (Baseline baseline : baselines) {
                row.add(shown(baseline.evaluated().mean(i)));
                row.add(String.format(
                        Locale.ROOT,
                        "%+.4f",
                        evaluated.mean(i) - baseline.evaluated().mean(i)));
                row.add(shown(RandomisationTest.p(
                        evaluated.values(i), baseline.evaluated().values(i))));
            }
            rows.add(row);
        }
        return rows;
    }

    private String precision() {
        Plot plot = new Plot(Axis.unit("recall"), Axis.unit("precision"));
        plot.line("this run", levels(evaluated));
        baselines.forEach(baseline -> plot.line(baseline.name(), levels(baseline.evaluated())));
        return plot.svg("Precision over recall");
    }

    private static List<Point> levels(RunEvaluation run) {
        return IntStream.range(0, run.precision().size())
                .mapToObj(i -> new Point(i / 10.0, run.precision().get(i), "", DOT))
                .toList();
    }

    private void gain(HtmlReport report, Baseline baseline) {
        double[] gains = new double[evaluated.queries().size()];
        double[] other = baseline.evaluated().values(0);
        Arrays.setAll(gains, i -> evaluated.values().get(i).get(0) - other[i]);
        List<Integer> order = IntStream.range(0, gains.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -gains[i]))
                .toList();
        double most = Arrays.stream(gains).map(Math::abs).max().orElse(1);
        Plot plot = new Plot(
                Axis.around("queries, by gain", 0, gains.length),
                Axis.around("gain in " + measure(), -Math.max(most, 0.1), Math.max(most, 0.1)));
        for (int i = 0; i < order.size(); i++) {
            int query = order.get(i);
            plot.bar(
                    i,
                    i + 1.0,
                    gains[query],
                    String.format(Locale.ROOT, "%s: %+.4f", evaluated.queries().get(query), gains[query]));
        }
        plot.guide(0, 0, gains.length, 0);
        long better = Arrays.stream(gains).filter(gain -> gain > 0).count();
        long worse = Arrays.stream(gains).filter(gain -> gain < 0).count();
        report.figure(
                "Gain over " + baseline.name() + ", query by query",
                plot.svg("Gain of each query"),
                better + " queries gain, " + worse + " lose, " + (gains.length - better - worse)
                        + " stay as they were.");
    }

    /** The plot of quality over the time that more candidates take, as an SVG file; for several {@link #depths}. */
    public String qualitySvg() {
        return quality().standalone(QUALITY);
    }

    private Plot quality() {
        List<Point> points = new ArrayList<>();
        for (AtDepth depth : depths) {
            double mean = RunEvaluation.of(qrels, depth.run(), evaluated.measures(), evaluated.queries())
                    .mean(0);
            points.add(new Point(depth.meanMillis(), mean, Integer.toString(depth.depth()), DOT));
        }
        double slowest = points.stream().mapToDouble(Point::x).max().orElse(1);
        double least = points.stream().mapToDouble(Point::y).min().orElse(0);
        double best = points.stream().mapToDouble(Point::y).max().orElse(1);
        return new Plot(
                        Axis.around("milliseconds per query", 0, slowest),
                        Axis.around("mean " + measure(), least, best))
                .line("candidates", points);
    }

    private List<List<String>> perQuery() {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < evaluated.queries().size(); i++) {
            List<String> row = new ArrayList<>(List.of(evaluated.queries().get(i)));
            evaluated.values().get(i).forEach(value -> row.add(shown(value)));
            rows.add(row);
        }
        return rows;
    }

    private static String shown(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
