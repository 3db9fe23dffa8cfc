package dev.juxta.cli;

import java.util.function.LongFunction;

/** A line on standard error that changes, where that is a terminal and the work takes more than a second. */
final class ProgressLine {

    private static final long PATIENCE_NANOS = 1_000_000_000L;
    private static final long INTERVAL_NANOS = 100_000_000L;

    private final Session session;
    private final long start = System.nanoTime();
    private long lastDrawn;
    private boolean shown;

    ProgressLine(Session session) {
        this.session = session;
    }

    /** Shows how far the work is, now and then; {@code line} is asked for it, given the nanoseconds since the start. */
    void show(LongFunction<String> line) {
        long now = System.nanoTime();
        if (session.terminal().err() && now - start > PATIENCE_NANOS && now - lastDrawn > INTERVAL_NANOS) {
            lastDrawn = now;
            shown = true;
            session.redraw(line.apply(now - start));
        }
    }

    /** Makes room for results. */
    void clear() {
        if (shown) {
            shown = false;
            session.redraw("");
        }
    }
}
