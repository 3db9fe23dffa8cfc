package dev.juxta.server.queue;

import dev.juxta.server.queue.Job.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What waits, by caller. Whose piece comes next is decided piece by piece, in two levels. Of the callers it is the one that
 * was served the fewest tokens (start-time fair queueing, Goyal, Vin and Cheng 1996), so that one with many works and one with
 * few take turns; who asks for less than its share, or comes later, begins level with the others. Of a caller's works it is
 * the one that would be done first if all of them were computed at once (fair queueing, Demers, Keshav and Shenker 1989): a
 * short one passes a long one, and equal ones follow each other, where taking turns would end all of them late.
 *
 * <p>A work is taken if its caller then holds at most {@value #SHARE} times what is left free (dynamic thresholds, Choudhury
 * and Hahne 1998), so that there is room for those who come later.
 *
 * <p>Not for several threads at once: the queue's lock guards it.
 */
final class Backlog {

    private static final int SHARE = 4;

    /** What a new measurement counts in the speed. */
    private static final double NEW_WEIGHT = 0.1;

    /** The share of its time by which a work should be done to be taken, for the speed is only known roughly. */
    private static final double IN_TIME = 0.7;

    private static final int LONGEST_RETRY_SECONDS = 60;
    private static final double NANOS = 1e9;

    private final QueueLimits limits;
    private final Map<String, Flow> flows = new LinkedHashMap<>();
    private long waiting; // tokens
    private long turn; // what the caller was served before whose piece was taken last: the time of the turns
    private double tokensPerSecond;

    Backlog(QueueLimits limits) {
        this.limits = limits;
    }

    /**
     * Takes a work in.
     *
     * @param limit the time in which it must be done
     * @throws RejectedException if there is too much already
     */
    <P extends Piece, R> Job<P, R> add(String caller, Work<P, R> work, Duration limit) {
        Flow flow = Optional.ofNullable(flows.get(caller)).orElseGet(() -> new Flow(caller, turn));
        if (flow.waiting() <= 0) {
            flow.catchUp(turn); // what it did not ask for is not kept for it
        }
        Job<P, R> job = new Job<>(work, flow);
        admit(flow, job.waiting(), limit);
        flows.put(caller, flow);
        flow.add(job);
        waiting += job.waiting();
        return job;
    }

    private void admit(Flow flow, long cost, Duration limit) {
        if (waiting <= 0) {
            return;
        }
        long free = limits.waitingTokens() - waiting;
        boolean fits = flow.waiting() + cost <= SHARE * (free - cost);
        double before = Math.min(
                (double) waiting, (double) cost * works()); // it waits for no more of each of them than of itself
        boolean inTime = tokensPerSecond == 0 || (before + cost) / tokensPerSecond < IN_TIME * limit.toNanos() / NANOS;
        if (!fits || !inTime) {
            double tooMany = Math.max((double) (cost - free), waiting / 2.0);
            double seconds = tokensPerSecond == 0 ? 1 : Math.ceil(tooMany / tokensPerSecond);
            throw RejectedException.overloaded((int) Math.max(1, Math.min(LONGEST_RETRY_SECONDS, seconds)));
        }
    }

    /** Takes a job out that is done, or given up. */
    void remove(Job<?, ?> job) {
        job.end();
        waiting -= job.waiting();
        job.flow().remove(job);
        if (job.flow().isEmpty()) {
            flows.remove(job.flow().key());
        }
    }

    /** The job whose turn it is among those that qualify. */
    Optional<Job<?, ?>> next(Predicate<Job<?, ?>> qualifies) {
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

    /** Pieces of a job were read, and their tokens are known now. */
    <P extends Piece> void read(Job<P, ?> job, List<P> pieces, long nanos) {
        waiting += job.endReading(pieces, nanos);
    }

    /** The pieces whose turn it is, as many as a batch may have; at least one, for there is something ready. */
    List<Slot<?, ?>> takeBatch(QueueObserver observer) {
        List<Slot<?, ?>> batch = new ArrayList<>();
        int tokens = 0;
        for (Optional<Job<?, ?>> next = next(Job::hasReady); next.isPresent(); next = next(Job::hasReady)) {
            Job<?, ?> job = next.get();
            int cost = job.nextTokens();
            if (!batch.isEmpty() && tokens + cost > limits.batchTokens()) {
                break;
            }
            turn = Math.max(turn, job.flow().served());
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

    /** So many tokens, with those of the batches beside them, were computed in a time. */
    void ran(long tokens, long nanos) {
        double speed = tokens * NANOS / nanos;
        tokensPerSecond = tokensPerSecond == 0 ? speed : tokensPerSecond + NEW_WEIGHT * (speed - tokensPerSecond);
    }

    /** The tokens that wait. */
    long waitingTokens() {
        return Math.max(0, waiting);
    }

    /** The works that are not done. */
    int works() {
        return flows.values().stream().mapToInt(Flow::size).sum();
    }

    /** Those works. */
    List<Job<?, ?>> jobs() {
        List<Job<?, ?>> jobs = new ArrayList<>();
        flows.values().forEach(flow -> jobs.addAll(flow.jobs()));
        return jobs;
    }
}
