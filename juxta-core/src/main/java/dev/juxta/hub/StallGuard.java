package dev.juxta.hub;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Reads the body of an answer, and closes it when nothing has come for too long, which the JDK's client never does. */
final class StallGuard implements AutoCloseable {

    private static final ScheduledExecutorService CLOCK = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "juxta-download-clock");
        thread.setDaemon(true);
        return thread;
    });

    private static final int CHECKS_PER_TIMEOUT = 4;

    private final InputStream body;
    private final Duration timeout;
    private final AtomicLong last = new AtomicLong(System.nanoTime());
    private final Future<?> check;
    private volatile boolean stalled;

    StallGuard(InputStream body, Duration timeout) {
        this.body = body;
        this.timeout = timeout;
        long period = Math.max(1, timeout.toMillis() / CHECKS_PER_TIMEOUT);
        this.check = CLOCK.scheduleWithFixedDelay(this::closeIfStalled, period, period, TimeUnit.MILLISECONDS);
    }

    private void closeIfStalled() {
        if (System.nanoTime() - last.get() > timeout.toNanos() && !stalled) {
            stalled = true;
            try {
                body.close();
            } catch (IOException e) {
                // The reader finds it closed.
            }
        }
    }

    int read(byte[] to) throws IOException {
        int count;
        try {
            count = body.read(to);
        } catch (IOException e) {
            throw stalled ? silence(e) : e;
        }
        if (stalled) {
            throw silence(new IOException("closed"));
        }
        last.set(System.nanoTime());
        return count;
    }

    private IOException silence(IOException cause) {
        return new IOException("nothing came for " + timeout.toMillis() + " ms", cause);
    }

    @Override
    public void close() throws IOException {
        check.cancel(false);
        body.close();
    }
}
