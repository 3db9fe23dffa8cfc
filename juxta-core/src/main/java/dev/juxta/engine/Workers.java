package dev.juxta.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * A fixed number of threads that share out numbered tasks. All callers of a model share its workers, so that many
 * requests at once use as many threads as one.
 */
public final class Workers implements AutoCloseable {

    private final int threads;
    private final ExecutorService executor;

    public Workers(int threads) {
        this.threads = threads;
        AtomicInteger started = new AtomicInteger();
        ThreadFactory daemons = task -> {
            Thread thread = new Worker(this, task, "juxta-worker-" + started.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
        this.executor = Executors.newFixedThreadPool(threads, daemons);
    }

    /** A thread that knows whose it is, so that a task which shares out work of its own does not wait for itself. */
    private static final class Worker extends Thread {
        private final Workers owner;

        Worker(Workers owner, Runnable task, String name) {
            super(task, name);
            this.owner = owner;
        }
    }

    /** The number of threads. */
    public int threads() {
        return threads;
    }

    /**
     * Runs {@code task} for 0, 1, … count − 1, in any order, and returns when all have ended. After a task has failed no
     * further ones are begun, and its exception is thrown here.
     */
    public void forEach(int count, IntConsumer task) {
        if (count == 0) {
            return;
        }
        AtomicInteger next = new AtomicInteger();
        Runnable share = () -> {
            for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                try {
                    task.accept(i);
                } catch (Throwable failure) {
                    next.set(count);
                    throw failure;
                }
            }
        };
        if (Thread.currentThread() instanceof Worker worker && worker.owner == this) {
            share.run();
            return;
        }
        CompletableFuture<?>[] shares = new CompletableFuture<?>[Math.min(threads, count)];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = CompletableFuture.runAsync(share, executor);
        }
        try {
            CompletableFuture.allOf(shares).join();
        } catch (CompletionException e) {
            throw rethrow(e);
        }
    }

    private static RuntimeException rethrow(CompletionException e) {
        if (e.getCause() instanceof Error error) {
            throw error;
        }
        return e.getCause() instanceof RuntimeException cause ? cause : e;
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
