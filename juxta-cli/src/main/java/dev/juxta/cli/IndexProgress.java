package dev.juxta.cli;

import dev.juxta.search.document.Indexing;
import java.util.Locale;
import java.util.function.Consumer;

/** How far indexing is. */
final class IndexProgress implements Consumer<Indexing.Progress>, AutoCloseable {

    private final ProgressLine line;

    IndexProgress(Session session) {
        this.line = new ProgressLine(session);
    }

    @Override
    public void accept(Indexing.Progress progress) {
        line.show(nanos -> String.format(
                Locale.ROOT,
                "file %d of %d, %d passages, %.0f per second  %s",
                progress.files() + 1,
                progress.total(),
                progress.passages(),
                progress.passages() * 1e9 / nanos,
                DisplayText.line(progress.file())));
    }

    /** Makes room for the report. */
    void clear() {
        line.clear();
    }

    @Override
    public void close() {
        clear();
    }
}
