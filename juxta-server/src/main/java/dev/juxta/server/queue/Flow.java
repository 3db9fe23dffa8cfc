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
    private long turn; // the place of the job whose turn it was last

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

    /** It is this job's turn. */
    void turnOf(Job<?, ?> job) {
        turn = Math.max(turn, job.served());
    }

    /** Where a new job begins: level with the one whose turn it was last, so that it neither waits nor pushes in. */
    long start() {
        return turn;
    }

    /** Of the jobs that qualify, the one that was served least; of equals the one that came first. */
    Optional<Job<?, ?>> next(Predicate<Job<?, ?>> qualifies) {
        return jobs.stream().filter(qualifies).min(Comparator.comparingLong(Job::served));
    }
}
