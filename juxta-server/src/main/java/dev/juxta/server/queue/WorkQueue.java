package dev.juxta.server.queue;

import dev.juxta.server.queue.Job.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Works of many callers before one model. Their pieces are read ahead by some threads, and computed by others in batches
 * of bounded tokens, whoever they are from. What waits, what is taken and whose turn it is are the {@link Backlog}'s
 * business; this is the threads, the lock and the way of the results.
 */
public final class WorkQueue implements AutoCloseable {

    /** Pieces that are read at a time. */
    private static final int READ_AT_ONCE = 32;

    /** Batches' worth of tokens that are read ahead for a work. */
    private static final int BATCHES_AHEAD = 4;

    private final QueueLimits limits;
    private final QueueObserver observer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition readable = lock.newCondition();
    private final Condition runnable = lock.newCondition();
    private final Backlog backlog; // guarded by lock
    private final List<Thread> threads = new ArrayList<>();
    private int running;
    private boolean ending;
    private boolean closed;

    /**
     * @param name of the model, after which the threads are named
     */
    public WorkQueue(String name, QueueLimits limits, QueueObserver observer) {
        this.limits = limits;
        this.observer = observer;
        this.backlog = new Backlog(limits);
        for (int i = 0; i < limits.readers(); i++) {
            threads.add(new Thread(this::readAll, "juxta-reader-" + name));
        }
        for (int i = 0; i < limits.batches(); i++) {
            threads.add(new Thread(this::runAll, "juxta-batches-" + name));
        }
        threads.forEach(thread -> thread.setDaemon(true));
        threads.forEach(Thread::start);
    }

    /**
     * Takes work.
     *
     * @param caller with whom others share
     * @param limit after which it fails with a {@link java.util.concurrent.TimeoutException}
     * @return what becomes of it; cancelling that takes it from the queue
     * @throws RejectedException if there is too much already, or the queue ends
     */
    public <P extends Piece, R> CompletableFuture<Done<R>> submit(String caller, Work<P, R> work, Duration limit) {
        Job<P, R> job;
        lock.lock();
        try {
            if (ending) {
                throw RejectedException.ending();
            }
            job = backlog.add(caller, work, limit);
            readable.signal();
        } finally {
            lock.unlock();
        }
        CompletableFuture<Done<R>> done = job.done();
        if (work.size() == 0) {
            done.complete(job.result());
        }
        var unused = done.orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((result, failure) -> leave(job, failure));
        return done;
    }

    /** Takes a job out that has ended, in whichever way. */
    private void leave(Job<?, ?> job, @Nullable Throwable failure) {
        lock.lock();
        try {
            if (job.isOver()) {
                return;
            }
            backlog.remove(job);
        } finally {
            lock.unlock();
        }
        if (failure instanceof CancellationException || failure instanceof TimeoutException) {
            observer.abandoned();
        }
    }

    private Optional<Job<?, ?>> await(Condition condition, Predicate<Job<?, ?>> qualifies) {
        Optional<Job<?, ?>> found = backlog.next(qualifies);
        while (found.isEmpty() && !closed) {
            condition.awaitUninterruptibly();
            found = backlog.next(qualifies);
        }
        return closed ? Optional.empty() : found;
    }

    private void readAll() {
        while (true) {
            Job<?, ?> job;
            int from;
            lock.lock();
            try {
                Optional<Job<?, ?>> next = await(readable, candidate -> candidate.wantsReading(ahead()));
                if (next.isEmpty()) {
                    return;
                }
                job = next.get();
                from = job.beginReading();
                readable.signal(); // for another reader and another job
            } finally {
                lock.unlock();
            }
            read(job, from);
        }
    }

    private long ahead() {
        return (long) BATCHES_AHEAD * limits.batchTokens();
    }

    private <P extends Piece, R> void read(Job<P, R> job, int from) {
        long start = System.nanoTime();
        List<P> pieces;
        try {
            pieces = job.work().read(from, Math.min(job.work().size(), from + READ_AT_ONCE));
        } catch (Throwable e) { // whatever it is, the caller must hear of it and the thread live on
            job.done().completeExceptionally(e);
            return;
        }
        long nanos = System.nanoTime() - start;
        lock.lock();
        try {
            if (!job.isOver()) {
                backlog.read(job, pieces, nanos);
                runnable.signal();
                readable.signal();
            }
        } finally {
            lock.unlock();
        }
        observer.read(pieces.size(), nanos);
    }

    private void runAll() {
        while (true) {
            List<Slot<?, ?>> batch;
            int beside;
            lock.lock();
            try {
                if (await(runnable, Job::hasReady).isEmpty()) {
                    return;
                }
                batch = backlog.takeBatch(observer);
                beside = ++running;
                runnable.signal(); // for another batch
                readable.signalAll(); // what was taken makes room to read ahead
            } finally {
                lock.unlock();
            }
            long tokens =
                    batch.stream().mapToLong(slot -> slot.piece().tokens()).sum();
            long start = System.nanoTime();
            boolean computed = run(batch);
            long nanos = System.nanoTime() - start;
            lock.lock();
            try {
                long atATime = tokens * Math.max(beside, running--);
                if (computed) { // what fails does so at any speed
                    backlog.ran(atATime, nanos);
                }
            } finally {
                lock.unlock();
            }
            observer.ran(batch.size(), tokens, nanos);
        }
    }

    /** Whether all of it was computed. */
    private boolean run(List<Slot<?, ?>> batch) {
        Map<Computation<?, ?>, List<Slot<?, ?>>> kinds = new LinkedHashMap<>();
        for (Slot<?, ?> slot : batch) {
            kinds.computeIfAbsent(slot.job().work().computation(), kind -> new ArrayList<>())
                    .add(slot);
        }
        boolean computed = true;
        for (Map.Entry<Computation<?, ?>, List<Slot<?, ?>>> kind : kinds.entrySet()) {
            computed &= runKind(kind.getKey(), kind.getValue());
        }
        return computed;
    }

    /** Computes pieces of one kind. */
    private <P extends Piece, R> boolean runKind(Computation<P, R> computation, List<Slot<?, ?>> mixed) {
        @SuppressWarnings("unchecked") // a job's pieces and results are those of its computation
        List<Slot<P, R>> slots = (List<Slot<P, R>>) (List<?>) mixed;
        Set<Job<P, R>> jobs = new LinkedHashSet<>();
        slots.forEach(slot -> jobs.add(slot.job()));
        try {
            compute(computation, slots);
            return true;
        } catch (Throwable e) { // whatever it is, the callers must hear of it and the thread live on
            if (jobs.size() == 1) {
                jobs.forEach(job -> job.done().completeExceptionally(e));
                return false;
            }
            boolean computed = true;
            for (Job<P, R> job : jobs) { // one caller's fault is not the others'
                computed &= runKind(
                        computation,
                        mixed.stream().filter(slot -> slot.job() == job).toList());
            }
            return computed;
        }
    }

    private <P extends Piece, R> void compute(Computation<P, R> computation, List<Slot<P, R>> slots) {
        List<R> results = computation.run(slots.stream().map(Slot::piece).toList());
        List<Job<P, R>> finished = new ArrayList<>();
        lock.lock();
        try {
            for (int i = 0; i < slots.size(); i++) {
                Slot<P, R> slot = slots.get(i);
                if (!slot.job().isOver() && slot.job().deliver(slot.index(), results.get(i))) {
                    backlog.remove(slot.job());
                    finished.add(slot.job());
                }
            }
        } finally {
            lock.unlock();
        }
        finished.forEach(job -> job.done().complete(job.result()));
    }

    /** The tokens that wait. */
    public long waitingTokens() {
        lock.lock();
        try {
            return backlog.waitingTokens();
        } finally {
            lock.unlock();
        }
    }

    /** The works that are not done. */
    public int works() {
        lock.lock();
        try {
            return backlog.works();
        } finally {
            lock.unlock();
        }
    }

    /** Takes no further work; what there is goes on. */
    public void end() {
        lock.lock();
        try {
            ending = true;
        } finally {
            lock.unlock();
        }
    }

    /** Ends at once: what is not done fails, and the batches under way are waited for. */
    @Override
    public void close() {
        List<Job<?, ?>> unfinished = new ArrayList<>();
        lock.lock();
        try {
            ending = true;
            closed = true;
            unfinished.addAll(backlog.jobs());
            readable.signalAll();
            runnable.signalAll();
        } finally {
            lock.unlock();
        }
        unfinished.forEach(job -> job.done().completeExceptionally(RejectedException.ending()));
        join(threads);
    }

    private static void join(Collection<Thread> threads) {
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
