package dev.juxta.eval.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A plot in SVG, drawn in the colours of the page's style sheet. */
final class Plot {

    private static final int WIDTH = 520;
    private static final int HEIGHT = 340;
    private static final int LEFT = 62;
    private static final int RIGHT = 18;
    private static final int TOP = 16;
    private static final int BOTTOM = 50;
    private static final int LEGEND_LINE = 18;

    private final Axis x;
    private final Axis y;
    private final StringBuilder drawn = new StringBuilder();
    private final List<String> legend = new ArrayList<>();

    Plot(Axis x, Axis y) {
        this.x = x;
        this.y = y;
    }

    /**
     * A point.
     *
     * @param label stands beside it, unless it is empty
     * @param radius of its dot, in pixels
     */
    record Point(double x, double y, String label, double radius) {}

    /** Draws points, joined by a line, as the next series of the legend. */
    Plot line(String name, List<Point> points) {
        int series = legend.size();
        legend.add(name);
        StringBuilder path = new StringBuilder();
        for (Point point : points) {
            path.append(path.isEmpty() ? "M" : "L")
                    .append(number(px(point.x)))
                    .append(' ')
                    .append(number(py(point.y)));
        }
        drawn.append(String.format(Locale.ROOT, "<path class=\"line s%d\" d=\"%s\"/>%n", series, path));
        for (Point point : points) {
            drawn.append(String.format(
                    Locale.ROOT,
                    "<circle class=\"dot s%d\" cx=\"%s\" cy=\"%s\" r=\"%s\"><title>%s, %s</title></circle>%n",
                    series,
                    number(px(point.x)),
                    number(py(point.y)),
                    number(point.radius),
                    value(point.x),
                    value(point.y)));
            if (!point.label.isEmpty()) {
                text("label", px(point.x) + 7, py(point.y) + 15, point.label, "start");
            }
        }
        return this;
    }

    /** Draws a bar from 0 to a value over a stretch of the x axis; it is good or bad by its sign. */
    Plot bar(double from, double to, double height, String title) {
        double top = Math.min(py(height), py(0));
        drawn.append(String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"><title>%s</title></rect>%n",
                height >= 0 ? "gain" : "loss",
                number(px(from)),
                number(top),
                number(Math.max(0.5, (px(to) - px(from)) * 0.9)),
                number(Math.abs(py(height) - py(0))),
                HtmlReport.escape(title)));
        return this;
    }

    /** Draws a thin line between two points, for comparison. */
    Plot guide(double fromX, double fromY, double toX, double toY) {
        drawn.append(String.format(
                Locale.ROOT,
                "<path class=\"guide\" d=\"M%s %sL%s %s\"/>%n",
                number(px(fromX)),
                number(py(fromY)),
                number(px(toX)),
                number(py(toY))));
        return this;
    }

    /** The whole plot as a file of its own. */
    String standalone(String description) {
        return svg(description)
                        .replaceFirst(
                                "<svg viewBox=\"([^\"]*)\"",
                                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + WIDTH + "\" height=\"" + HEIGHT
                                        + "\" viewBox=\"$1\"")
                        .replaceFirst(
                                ">",
                                "><style>" + HtmlReport.PLOT_STYLE + "</style><rect class=\"page\" width=\"100%\""
                                        + " height=\"100%\"/>")
                + "\n";
    }

    /** The whole plot, for a page that has the style. */
    String svg(String description) {
        String series = drawn.toString();
        drawn.setLength(0);
        for (double mark : x.marks()) {
            drawn.append(stroke("grid", px(mark), TOP, px(mark), HEIGHT - BOTTOM));
            text("mark", px(mark), HEIGHT - BOTTOM + 17, x.shown(mark), "middle");
        }
        for (double mark : y.marks()) {
            drawn.append(stroke("grid", LEFT, py(mark), WIDTH - RIGHT, py(mark)));
            text("mark", LEFT - 8, py(mark) + 4, y.shown(mark), "end");
        }
        text("title", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10, x.title(), "middle");
        drawn.append(String.format(
                Locale.ROOT,
                "<text class=\"title\" text-anchor=\"middle\" transform=\"translate(16 %s) rotate(-90)\">%s</text>%n",
                number((TOP + HEIGHT - BOTTOM) / 2.0),
                HtmlReport.escape(y.title())));
        String frame = drawn.toString();
        drawn.setLength(0);
        for (int i = 0; legend.size() > 1 && i < legend.size(); i++) {
            double at = TOP + 14 + LEGEND_LINE * i;
            drawn.append(String.format(
                    Locale.ROOT,
                    "<circle class=\"dot s%d\" cx=\"%d\" cy=\"%s\" r=\"4\"/>%n",
                    i,
                    WIDTH - RIGHT - 12,
                    number(at)));
            text("label", WIDTH - RIGHT - 22, at + 4, legend.get(i), "end");
        }
        return String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n%s%s%s</svg>",
                WIDTH,
                HEIGHT,
                HtmlReport.escape(description),
                frame,
                series,
                drawn);
    }

    private static String stroke(String kind, double fromX, double fromY, double toX, double toY) {
        return String.format(
                Locale.ROOT,
                "<path class=\"%s\" d=\"M%s %sL%s %s\"/>%n",
                kind,
                number(fromX),
                number(fromY),
                number(toX),
                number(toY));
    }

    private void text(String kind, double atX, double atY, String text, String anchor) {
        drawn.append(String.format(
                Locale.ROOT,
                "<text class=\"%s\" x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>%n",
                kind,
                number(atX),
                number(atY),
                anchor,
                HtmlReport.escape(text)));
    }

    private double px(double value) {
        return LEFT + x.place(value) * (WIDTH - LEFT - RIGHT);
    }

    private double py(double value) {
        return HEIGHT - BOTTOM - y.place(value) * (HEIGHT - TOP - BOTTOM);
    }

    private static String number(double pixels) {
        return String.format(Locale.ROOT, "%.1f", pixels);
    }

    private static String value(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }
}
