package dev.juxta.eval.report;

import dev.juxta.eval.PairEvaluation;
import dev.juxta.eval.report.Plot.Point;
import java.util.List;
import java.util.Locale;

/**
 * How a model of pairs did: its measures with intervals, and how far its probabilities can be believed.
 *
 * @param title names the data and the model
 * @param evaluated its measures
 */
public record PairReport(String title, PairEvaluation evaluated) {

    private static final double LARGEST_DOT = 14;
    private static final double SMALLEST_DOT = 2;

    /** The page. */
    public String html() {
        HtmlReport report = new HtmlReport(title)
                .text(evaluated.pairs() + " pairs. Intervals hold 95 % of 2,000 bootstrap resamples of the pairs.");
        evaluated
                .threshold()
                .ifPresent(best -> report.text(String.format(
                        Locale.ROOT,
                        "F1 is best from a score of %.4f on: precision %.4f, recall %.4f.",
                        best.threshold(),
                        best.precision(),
                        best.recall())));
        report.table(
                List.of("measure", "value", "95 %"),
                evaluated.estimates().stream()
                        .map(one -> List.of(
                                one.measure(),
                                String.format(Locale.ROOT, "%.4f", one.value()),
                                String.format(
                                        Locale.ROOT,
                                        "%.4f – %.4f",
                                        one.interval().low(),
                                        one.interval().high())))
                        .toList());
        if (!evaluated.reliability().isEmpty()) {
            report.figure(
                    "Reliability",
                    reliability(),
                    "What the model said against how often it was so, in ten bins; the area of a dot is the number of"
                            + " pairs. A calibrated model lies on the dashed line.");
        }
        return report.html("", List.of(), List.of());
    }

    private String reliability() {
        List<Point> points = evaluated.reliability().stream()
                .map(bin -> new Point(
                        bin.confidence(),
                        bin.rate(),
                        Integer.toString(bin.pairs()),
                        Math.max(SMALLEST_DOT, LARGEST_DOT * Math.sqrt((double) bin.pairs() / evaluated.pairs()))))
                .toList();
        return new Plot(Axis.unit("what the model said"), Axis.unit("how often it was so"))
                .guide(0, 0, 1, 1)
                .line("bins", points)
                .svg("Reliability diagram");
    }
}
