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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Works of many callers before one model. Their pieces are read ahead by some threads, and computed by others in batches
 * of bounded tokens, whoever they are from. Whose piece comes next is decided piece by piece, by start-time fair queueing
 * (Goyal, Vin and Cheng 1996) in two levels: of the callers the one that was served the fewest tokens, and of its works
 * the one that was. So a long work and a short one take turns, and so do a caller with many works and one with few.
 *
 * <p>A work is taken if its tokens fit what may still wait; a caller may hold at most {@value #SHARE} times what the others
 * leave free (dynamic thresholds, Choudhury and Hahne 1998), so that there is room for those who come later.
 */
public final class WorkQueue implements AutoCloseable {

    private static final int SHARE = 4;

    /** Pieces that are read at a time. */
    private static final int READ_AT_ONCE = 32;

    /** Batches' worth of tokens that are read ahead for a work. */
    private static final int BATCHES_AHEAD = 4;

    /** What a new measurement counts in the speed. */
    private static final double NEW_WEIGHT = 0.1;

    private static final int LONGEST_RETRY_SECONDS = 60;
    private static final double NANOS = 1e9;

    private final QueueLimits limits;
    private final QueueObserver observer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition readable = lock.newCondition();
    private final Condition runnable = lock.newCondition();
    private final Map<String, Flow> flows = new LinkedHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private long waiting; // tokens
    private double tokensPerSecond;
    private int running;
    private boolean ending;
    private boolean closed;

    /**
     * @param name of the model, after which the threads are named
     */
    public WorkQueue(String name, QueueLimits limits, QueueObserver observer) {
        this.limits = limits;
        this.observer = observer;
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
            Flow flow = Optional.ofNullable(flows.get(caller)).orElseGet(() -> new Flow(caller, leastServed()));
            job = new Job<>(work, flow, flow.start());
            admit(flow, job.waiting(), limit);
            flows.put(caller, flow);
            flow.add(job);
            waiting += job.waiting();
            readable.signal();
        } finally {
            lock.unlock();
        }
        CompletableFuture<Done<R>> done = job.done();
        if (work.size() == 0) {
            done.complete(job.result());
        }
        var unused =
                done.orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS).whenComplete((result, failure) -> leave(job));
        return done;
    }

    private long leastServed() {
        return flows.values().stream().mapToLong(Flow::served).min().orElse(0);
    }

    /** The caller holds the lock. */
    private void admit(Flow flow, long cost, Duration limit) {
        if (waiting <= 0) {
            return;
        }
        long free = limits.waitingTokens() - waiting;
        boolean fits = cost <= free && flow.waiting() + cost <= SHARE * free;
        int jobs = flows.values().stream().mapToInt(Flow::size).sum();
        double before = Math.min((double) waiting, (double) cost * jobs); // by taking turns it waits for no more
        boolean inTime = tokensPerSecond == 0 || (before + cost) / tokensPerSecond < limit.toNanos() / NANOS;
        if (!fits || !inTime) {
            double tooMany = Math.max((double) (cost - free), waiting / 2.0);
            double seconds = tokensPerSecond == 0 ? 1 : Math.ceil(tooMany / tokensPerSecond);
            throw RejectedException.overloaded((int) Math.max(1, Math.min(LONGEST_RETRY_SECONDS, seconds)));
        }
    }

    /** Takes a job out that has ended, in whichever way. */
    private void leave(Job<?, ?> job) {
        lock.lock();
        try {
            if (job.isOver()) {
                return;
            }
            remove(job);
        } finally {
            lock.unlock();
        }
        observer.abandoned();
    }

    /** The caller holds the lock. */
    private void remove(Job<?, ?> job) {
        job.end();
        waiting -= job.waiting();
        job.flow().remove(job);
        if (job.flow().isEmpty()) {
            flows.remove(job.flow().key());
        }
    }

    /** The job whose turn it is among those that qualify. The caller holds the lock. */
    private Optional<Job<?, ?>> next(Predicate<Job<?, ?>> qualifies) {
        Optional<Job<?, ?>> best = Optional.empty();
        long least = Long.MAX_VALUE;
        for (Flow flow : flows.values()) {
            if (flow.served() < least) {
                Optional<Job<?, ?>> candidate = flow.next(qualifies);
                if (candidate.isPresent()) {
                    best = candidate;
                    least = flow.served();
                }
            }
        }
        return best;
    }

    private Optional<Job<?, ?>> await(Condition condition, Predicate<Job<?, ?>> qualifies) {
        Optional<Job<?, ?>> found = next(qualifies);
        while (found.isEmpty() && !closed) {
            condition.awaitUninterruptibly();
            found = next(qualifies);
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
                waiting += job.endReading(pieces, nanos);
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
                batch = takeBatch();
                beside = ++running;
                runnable.signal(); // for another batch
                readable.signalAll(); // what was taken makes room to read ahead
            } finally {
                lock.unlock();
            }
            long tokens =
                    batch.stream().mapToLong(slot -> slot.piece().tokens()).sum();
            long start = System.nanoTime();
            run(batch);
            long nanos = System.nanoTime() - start;
            lock.lock();
            try {
                double speed = tokens * NANOS / nanos * Math.max(beside, running--);
                tokensPerSecond =
                        tokensPerSecond == 0 ? speed : tokensPerSecond + NEW_WEIGHT * (speed - tokensPerSecond);
            } finally {
                lock.unlock();
            }
            observer.ran(batch.size(), tokens, nanos);
        }
    }

    /** The caller holds the lock, and there is something ready. */
    private List<Slot<?, ?>> takeBatch() {
        List<Slot<?, ?>> batch = new ArrayList<>();
        int tokens = 0;
        for (Optional<Job<?, ?>> next = next(Job::hasReady); next.isPresent(); next = next(Job::hasReady)) {
            Job<?, ?> job = next.get();
            int cost = job.nextTokens();
            if (!batch.isEmpty() && tokens + cost > limits.batchTokens()) {
                break;
            }
            boolean fresh = job.isFresh();
            batch.add(job.take());
            job.flow().charge(cost);
            waiting -= cost;
            tokens += cost;
            if (fresh) {
                observer.waited(job.waitedNanos());
            }
        }
        return batch;
    }

    private void run(List<Slot<?, ?>> batch) {
        Map<Computation<?, ?>, List<Slot<?, ?>>> kinds = new LinkedHashMap<>();
        for (Slot<?, ?> slot : batch) {
            kinds.computeIfAbsent(slot.job().work().computation(), kind -> new ArrayList<>())
                    .add(slot);
        }
        kinds.forEach(this::runKind);
    }

    /** Computes pieces of one kind. */
    private <P extends Piece, R> void runKind(Computation<P, R> computation, List<Slot<?, ?>> mixed) {
        @SuppressWarnings("unchecked") // a job's pieces and results are those of its computation
        List<Slot<P, R>> slots = (List<Slot<P, R>>) (List<?>) mixed;
        Set<Job<P, R>> jobs = new LinkedHashSet<>();
        slots.forEach(slot -> jobs.add(slot.job()));
        try {
            compute(computation, slots);
        } catch (Throwable e) { // whatever it is, the callers must hear of it and the thread live on
            if (jobs.size() == 1) {
                jobs.forEach(job -> job.done().completeExceptionally(e));
                return;
            }
            for (Job<P, R> job : jobs) { // one caller's fault is not the others'
                runKind(
                        computation,
                        mixed.stream().filter(slot -> slot.job() == job).toList());
            }
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
                    remove(slot.job());
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
            return Math.max(0, waiting);
        } finally {
            lock.unlock();
        }
    }

    /** The works that are not done. */
    public int works() {
        lock.lock();
        try {
            return flows.values().stream().mapToInt(Flow::size).sum();
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
            flows.values().forEach(flow -> unfinished.addAll(flow.jobs()));
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
