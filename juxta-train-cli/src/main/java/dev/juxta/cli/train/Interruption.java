package dev.juxta.cli.train;

import java.util.concurrent.CountDownLatch;

/**
 * Lets long work end in good order when the process is told to end, by SIGTERM or Ctrl-C: the work is asked to stop, and
 * the process waits until it has.
 */
final class Interruption implements AutoCloseable {

    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread hook;

    /**
     * @param stop is called once, by another thread, when the process is told to end
     */
    Interruption(Runnable stop) {
        hook = new Thread(
                () -> {
                    stop.run();
                    try {
                        stopped.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "juxta-interruption");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** The work has come to its end, or to where it can be left. */
    @Override
    public void close() {
        stopped.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is ending
        }
    }
}
