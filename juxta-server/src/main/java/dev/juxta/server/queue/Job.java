package dev.juxta.server.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A work in the queue. Guarded by the queue's lock. */
final class Job<P extends Piece, R> {

    private final Work<P, R> work;
    private final Flow flow;
    private final CompletableFuture<Done<R>> done = new CompletableFuture<>();
    private final Queue<Slot<P, R>> ready = new ArrayDeque<>();
    private final List<@Nullable R> results;
    private final long came = System.nanoTime();
    private final long estimate;
    private int read;
    private int left;
    private boolean beingRead;
    private boolean over;
    private long readyTokens;
    private long tokens;
    private long waiting; // tokens of it that wait, as far as they are known
    private final double finish; // its place in the order of its flow
    private long reading;
    private long readingBefore; // until it was begun
    private long begun;

    /** A piece of a job. */
    record Slot<P extends Piece, R>(Job<P, R> job, int index, P piece) {}

    Job(Work<P, R> work, Flow flow) {
        this.work = work;
        this.flow = flow;
        this.left = work.size();
        this.estimate = Math.max(1, work.estimatedTokens() / Math.max(1, work.size()));
        this.waiting = estimate * work.size();
        this.finish = flow.finish(waiting);
        this.results = new ArrayList<>(Collections.nCopies(work.size(), null));
    }

    Work<P, R> work() {
        return work;
    }

    Flow flow() {
        return flow;
    }

    CompletableFuture<Done<R>> done() {
        return done;
    }

    double finish() {
        return finish;
    }

    long waiting() {
        return waiting;
    }

    boolean isOver() {
        return over;
    }

    boolean hasReady() {
        return !over && !ready.isEmpty();
    }

    /** Whether pieces are to be read: there are more, and not enough have been read ahead. */
    boolean wantsReading(long ahead) {
        return !over && !beingRead && read < work.size() && readyTokens < ahead;
    }

    /** Begins to read; the first piece to read. */
    int beginReading() {
        beingRead = true;
        return read;
    }

    /** Takes what was read; how many tokens more wait now than was thought. */
    long endReading(List<P> pieces, long nanos) {
        beingRead = false;
        reading += nanos;
        long change = 0;
        for (P piece : pieces) {
            ready.add(new Slot<>(this, read++, piece));
            readyTokens += piece.tokens();
            change += piece.tokens() - estimate;
        }
        waiting += change;
        return change;
    }

    /** The tokens of its next piece. */
    int nextTokens() {
        return ready.element().piece().tokens();
    }

    /** Takes its next piece to be computed; its tokens wait no longer. */
    Slot<P, R> take() {
        if (begun == 0) {
            begun = System.nanoTime();
            readingBefore = reading;
        }
        Slot<P, R> slot = ready.remove();
        int cost = slot.piece().tokens();
        readyTokens -= cost;
        waiting -= cost;
        tokens += cost;
        return slot;
    }

    /** Whether none of it was computed before. */
    boolean isFresh() {
        return begun == 0;
    }

    long waitedNanos() {
        return begun - came - readingBefore;
    }

    /** Keeps a result; whether it was the last. */
    boolean deliver(int index, R result) {
        results.set(index, result);
        return --left == 0;
    }

    /** Leaves the queue. */
    void end() {
        over = true;
        ready.clear();
        readyTokens = 0;
    }

    /** To be called once all is there. */
    Done<R> result() {
        long now = System.nanoTime();
        List<R> all = new ArrayList<>(results.size());
        for (R result : results) {
            if (result != null) {
                all.add(result);
            }
        }
        long since = begun == 0 ? now : begun;
        return new Done<>(
                all,
                tokens,
                new Done.Times(
                        reading, Math.max(0, since - came - (begun == 0 ? reading : readingBefore)), now - since));
    }
}
