package dev.juxta.cli;

import java.util.Locale;
import java.util.function.IntConsumer;

/** A bar on standard error, where that is a terminal and the work takes more than a second. */
final class Progress implements IntConsumer, AutoCloseable {

    private static final long PATIENCE_NANOS = 1_000_000_000L;
    private static final long INTERVAL_NANOS = 100_000_000L;
    private static final int BAR = 24;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final Session session;
    private final long total;
    private final long start = System.nanoTime();
    private long lastDrawn;
    private long finished; // of the calls before this one
    private boolean shown;

    /** Work on {@code total} pairs. */
    Progress(Session session, long total) {
        this.session = session;
        this.total = total;
    }

    @Override
    public void accept(int done) {
        long now = System.nanoTime();
        if (session.terminal().err() && now - start > PATIENCE_NANOS && now - lastDrawn > INTERVAL_NANOS) {
            lastDrawn = now;
            shown = true;
            session.err()
                    .print(CLEAR_LINE
                            + DisplayText.fit(
                                    bar(finished + done, now - start),
                                    session.terminal().columns() - 1));
            session.err().flush();
        }
    }

    /** A call over {@code pairs} has ended; those of the next one are counted on top. */
    void advance(int pairs) {
        finished += pairs;
    }

    private String bar(long done, long nanos) {
        double part = total == 0 ? 1 : Math.min(1, (double) done / total);
        int filled = (int) (part * BAR);
        double perSecond = done * 1e9 / nanos;
        long left = Math.round((total - done) / Math.max(perSecond, 1e-9));
        return String.format(
                Locale.ROOT,
                "%s%s %3.0f%%  %d of %d pairs, %.0f per second, %d:%02d left",
                "█".repeat(filled),
                "░".repeat(BAR - filled),
                100 * part,
                done,
                total,
                perSecond,
                left / 60,
                left % 60);
    }

    /** Makes room for results. */
    void clear() {
        if (shown) {
            shown = false;
            session.err().print(CLEAR_LINE);
            session.err().flush();
        }
    }

    @Override
    public void close() {
        clear();
    }
}
