package dev.juxta.cli;

import java.util.Locale;
import java.util.function.IntConsumer;

/** A bar for work on pairs. */
public final class Progress implements IntConsumer, AutoCloseable {

    private static final int BAR = 24;

    private final ProgressLine line;
    private final long total;
    private long finished; // of the calls before this one

    /** Work on {@code total} pairs. */
    public Progress(Session session, long total) {
        this.line = new ProgressLine(session);
        this.total = total;
    }

    @Override
    public void accept(int done) {
        line.show(nanos -> line(finished + done, nanos));
    }

    /** A call over {@code pairs} has ended; those of the next one are counted on top. */
    public void advance(int pairs) {
        finished += pairs;
    }

    private String line(long done, long nanos) {
        double perSecond = done * 1e9 / nanos;
        return String.format(
                Locale.ROOT,
                "%s  %d of %d pairs, %.0f per second, %s left",
                bar(done, total),
                done,
                total,
                perSecond,
                minutes((total - done) / Math.max(perSecond, 1e-9)));
    }

    /** A bar and its percentage. */
    public static String bar(long done, long total) {
        double part = total == 0 ? 1 : Math.min(1, (double) done / total);
        int filled = (int) (part * BAR);
        return String.format(Locale.ROOT, "%s%s %3.0f%%", "█".repeat(filled), "░".repeat(BAR - filled), 100 * part);
    }

    /** A time as minutes and seconds. */
    public static String minutes(double seconds) {
        long whole = Math.round(seconds);
        return String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
    }

    /** Makes room for results. */
    public void clear() {
        line.clear();
    }

    @Override
    public void close() {
        clear();
    }
}
