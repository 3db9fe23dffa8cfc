package dev.juxta.eval.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A line over a quantity as a picture of its own, in SVG that browsers and model hubs show.
 *
 * @param title what it shows
 * @param x what runs from left to right
 * @param y what runs upwards
 */
public record Curve(String title, String x, String y) {

    /** Points that a picture shows at most; more are thinned out. */
    private static final int MOST_POINTS = 300;

    private static final double DOT = 1.2;

    /**
     * A point.
     *
     * @param x finite
     * @param y finite
     */
    public record Point(double x, double y) {}

    /**
     * The picture.
     *
     * @param points from left to right, at least one
     */
    public String svg(List<Point> points) {
        if (points.isEmpty()) {
            throw new IllegalArgumentException("A curve has at least one point");
        }
        List<Plot.Point> shown = new ArrayList<>();
        int step = Math.max(1, (points.size() + MOST_POINTS - 1) / MOST_POINTS);
        for (int i = 0; i < points.size(); i++) {
            if (i % step == 0 || i == points.size() - 1) {
                shown.add(new Plot.Point(points.get(i).x, points.get(i).y, "", DOT));
            }
        }
        Plot plot = new Plot(
                        axis(x, shown.stream().map(Plot.Point::x).toList()),
                        axis(y, shown.stream().map(Plot.Point::y).toList()))
                .line(title, shown);
        return plot.standalone(title);
    }

    private static Axis axis(String name, List<Double> values) {
        double least = values.stream().mapToDouble(Double::doubleValue).min().orElse(0);
        double most = values.stream().mapToDouble(Double::doubleValue).max().orElse(1);
        return Axis.around(name, least, most);
    }
}
