package dev.juxta.server.queue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The jobs of one caller, who shares with the others by tokens. Guarded by the queue's lock. */
final class Flow {

    private final String key;
    private final List<Job<?, ?>> jobs = new ArrayList<>();
    private long served; // its place in the turns of all flows
    private double time; // tokens that each of its jobs would have had, had all had the same at any time

    Flow(String key, long served) {
        this.key = key;
        this.served = served;
    }

    String key() {
        return key;
    }

    long served() {
        return served;
    }

    void charge(long tokens) {
        served += tokens;
        time += (double) tokens / Math.max(1, jobs.size());
    }

    void add(Job<?, ?> job) {
        jobs.add(job);
    }

    void remove(Job<?, ?> job) {
        jobs.remove(job);
    }

    List<Job<?, ?>> jobs() {
        return List.copyOf(jobs);
    }

    boolean isEmpty() {
        return jobs.isEmpty();
    }

    int size() {
        return jobs.size();
    }

    /** The tokens of its jobs that wait. */
    long waiting() {
        return jobs.stream().mapToLong(Job::waiting).sum();
    }

    /** Begins level with the others after it wanted nothing for a time. */
    void catchUp(long level) {
        served = Math.max(served, level);
    }

    /**
     * When a new job of so many tokens would be done, were all of them computed at once: none is done later than so, but those
     * that are short, or came first, are done earlier than they would be then.
     */
    double finish(long tokens) {
        return time + tokens;
    }

    /** Of the jobs that qualify, the one that would be done first; of equals the one that came first. */
    Optional<Job<?, ?>> next(Predicate<Job<?, ?>> qualifies) {
        return jobs.stream().filter(qualifies).min(Comparator.comparingDouble(Job::finish));
    }
}
