package dev.juxta.cli;

import dev.juxta.search.document.Indexing;
import java.util.Locale;
import java.util.function.Consumer;

/** How far indexing is, on standard error, where that is a terminal and the work takes more than a second. */
final class IndexProgress implements Consumer<Indexing.Progress>, AutoCloseable {

    private static final long PATIENCE_NANOS = 1_000_000_000L;
    private static final long INTERVAL_NANOS = 100_000_000L;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final Session session;
    private final long start = System.nanoTime();
    private long lastDrawn;
    private boolean shown;

    IndexProgress(Session session) {
        this.session = session;
    }

    @Override
    public void accept(Indexing.Progress progress) {
        long now = System.nanoTime();
        if (session.terminal().err() && now - start > PATIENCE_NANOS && now - lastDrawn > INTERVAL_NANOS) {
            lastDrawn = now;
            shown = true;
            String line = String.format(
                    Locale.ROOT,
                    "file %d of %d, %d passages, %.0f per second  %s",
                    progress.files() + 1,
                    progress.total(),
                    progress.passages(),
                    progress.passages() * 1e9 / (now - start),
                    DisplayText.line(progress.file()));
            session.err()
                    .print(CLEAR_LINE + DisplayText.fit(line, session.terminal().columns() - 1));
            session.err().flush();
        }
    }

    /** Makes room for the report. */
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
