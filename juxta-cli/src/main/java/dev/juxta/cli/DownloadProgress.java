package dev.juxta.cli;

import dev.juxta.hub.DownloadListener;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Tells on standard error how a model comes: a bar where that is a terminal, else a line when it begins and one per file.
 * Where all is here already it says nothing.
 */
final class DownloadProgress implements DownloadListener, AutoCloseable {

    private static final long INTERVAL_NANOS = 100_000_000L;

    private final Session session;
    private final String model;
    private final Map<String, Long> here = new HashMap<>(); // bytes of each file
    private final long start = System.nanoTime();
    private int files;
    private int finished;
    private long total;
    private long before; // bytes that did not have to come
    private long lastDrawn;
    private boolean told;

    /** The download of {@code model}. */
    DownloadProgress(Session session, String model) {
        this.session = session;
        this.model = model;
    }

    @Override
    public void started(int count, long bytes) {
        files = count;
        total = bytes;
    }

    @Override
    public void progressed(String file, long bytes, long size) {
        if (!told) {
            told = true;
            say("fetching " + model + ": " + files + " files, " + DisplayText.bytes(total));
        }
        if (!here.containsKey(file)) {
            before += bytes; // what an earlier try left; of a small file all of it, which the rate can spare
        }
        here.put(file, bytes);
        long now = System.nanoTime();
        if (session.terminal().err() && now - lastDrawn > INTERVAL_NANOS) {
            lastDrawn = now;
            session.redraw(bar(now - start));
        }
    }

    @Override
    public void finished(String file) {
        finished++;
        say("fetched " + file + ", " + DisplayText.bytes(here.getOrDefault(file, 0L)));
    }

    @Override
    public void present(String file, long size) {
        finished++;
        here.put(file, size);
        before += size;
    }

    private void say(String line) {
        if (!session.terminal().err()) {
            session.tell(line);
        }
    }

    private String bar(long nanos) {
        long done = here.values().stream().mapToLong(Long::longValue).sum();
        double perSecond = (done - before) * 1e9 / Math.max(nanos, 1);
        String left = perSecond < 1 ? "" : ", " + Progress.minutes((total - done) / perSecond) + " left";
        return String.format(
                Locale.ROOT,
                "%s  %d of %d files, %s of %s, %s/s%s",
                Progress.bar(done, total),
                finished,
                files,
                DisplayText.bytes(done),
                DisplayText.bytes(total),
                DisplayText.bytes(Math.round(perSecond)),
                left);
    }

    @Override
    public void close() {
        if (told && session.terminal().err()) {
            session.redraw("");
        }
    }
}
