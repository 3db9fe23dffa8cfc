package dev.juxta.cli.train;

import dev.juxta.cli.Json;
import dev.juxta.cli.Progress;
import dev.juxta.cli.Session;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** How far work on many things is, on standard error: a bar where that is a terminal, else a line every minute. */
final class WorkView implements AutoCloseable {

    private static final long BAR_NANOS = 200_000_000L;
    private static final long LINE_NANOS = 60_000_000_000L;

    private final Session session;
    private final String things;
    private final long total;
    private final boolean bar;
    private final long start = System.nanoTime();
    private long lastShown = start;
    private long done;
    private boolean shown;

    /**
     * @param things what they are called
     * @param total how many there are
     */
    WorkView(Session session, String things, long total) {
        this.session = session;
        this.things = things;
        this.total = total;
        this.bar = session.terminal().err();
    }

    /** One more is done. */
    void advance() {
        done++;
        long now = System.nanoTime();
        if (now - lastShown < (bar ? BAR_NANOS : LINE_NANOS)) {
            return;
        }
        lastShown = now;
        double perSecond = done * 1e9 / (now - start);
        String line = String.format(
                Locale.ROOT,
                "%d of %d %s, %.1f per second, %s left",
                done,
                total,
                things,
                perSecond,
                Progress.minutes((total - done) / perSecond));
        if (bar) {
            shown = true;
            session.redraw(Progress.bar(done, total) + "  " + line);
        } else {
            session.tell(line);
        }
    }

    /** Figures, as JSON. */
    static ObjectNode object(Map<String, Object> figures) {
        ObjectNode object = Json.object();
        figures.forEach((name, value) -> {
            if (value instanceof Long count) {
                object.put(name, count);
            } else if (value instanceof Double number) {
                object.put(name, Math.round(1e5 * number) / 1e5);
            } else {
                object.put(name, String.valueOf(value));
            }
        });
        return object;
    }

    @Override
    public void close() {
        if (shown) {
            session.redraw("");
        }
    }
}
