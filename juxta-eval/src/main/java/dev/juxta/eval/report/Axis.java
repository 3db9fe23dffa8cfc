package dev.juxta.eval.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A scale of a plot, from a round number to a round number.
 *
 * @param title what it measures
 * @param low its least value
 * @param high its greatest
 * @param step between two marks
 */
record Axis(String title, double low, double high, double step) {

    private static final int MARKS = 6;
    private static final double ROUNDING = 1e-9;

    /** From 0 to 1. */
    static Axis unit(String title) {
        return new Axis(title, 0, 1, 0.2);
    }

    /** As much as holds the values. */
    static Axis around(String title, double least, double greatest) {
        double span = greatest > least ? greatest - least : Math.max(Math.abs(greatest), 1) / 10;
        double step = Math.pow(10, Math.floor(Math.log10(span / MARKS)));
        for (double factor : new double[] {2, 5, 10}) {
            if (span / step <= MARKS) {
                break;
            }
            step = Math.pow(10, Math.floor(Math.log10(span / MARKS))) * factor;
        }
        return new Axis(
                title,
                Math.floor(least / step + ROUNDING) * step,
                Math.ceil(Math.max(greatest, least + span / 2) / step - ROUNDING) * step,
                step);
    }

    /** The values that are marked. */
    List<Double> marks() {
        List<Double> marks = new ArrayList<>();
        for (int i = 0; low + i * step <= high + step * ROUNDING; i++) {
            marks.add(low + i * step);
        }
        return marks;
    }

    /** A marked value, with as many decimals as tell it from the next. */
    String shown(double mark) {
        int decimals = (int) Math.max(0, Math.ceil(-Math.log10(step) - ROUNDING));
        return String.format(Locale.ROOT, "%." + decimals + "f", mark == 0 ? 0.0 : mark);
    }

    /** Where a value lies, from 0 at the low end to 1 at the high one. */
    double place(double value) {
        return (value - low) / (high - low);
    }
}
