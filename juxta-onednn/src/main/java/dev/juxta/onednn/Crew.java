package dev.juxta.onednn;

import dev.juxta.onednn.Place.View;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The threads of a compiled program, shared by all callers. Chunks wait in one queue; a thread takes one and computes it
 * alone. When a chunk is the last in the queue and other threads have nothing to do, they take shares of its rows, so
 * that a single pair runs on all cores too. Which threads share a chunk is settled when it begins: no thread ever waits
 * for one that is busy elsewhere.
 */
final class Crew implements AutoCloseable {

    /** Rows below which a share is not worth the waiting for each other. */
    private static final int SMALLEST_SHARE = 16;

    private final Plan plan;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Task> queue = new ArrayDeque<>();
    private final Deque<Member> idle = new ArrayDeque<>();
    private final List<Member> members = new ArrayList<>();
    private final ChunkMemory memory;
    private boolean closed;

    Crew(Plan plan, Kernels kernels, int threads) {
        this.plan = plan;
        this.memory = new ChunkMemory(threads);
        for (int i = 0; i < threads; i++) {
            Member member = new Member(new Worker(kernels, plan.rowBytes().tile()), i);
            members.add(member);
        }
        members.forEach(Thread::start);
    }

    /** Computes the chunks; their results go to {@code result}, row by row. Returns when all are done. */
    void run(List<Chunk> chunks, float[] result) {
        List<Task> tasks = chunks.stream().map(chunk -> new Task(chunk, result)).toList();
        lock.lock();
        try {
            queue.addAll(tasks);
            dispatch();
        } finally {
            lock.unlock();
        }
        try {
            CompletableFuture.allOf(tasks.stream().map(task -> task.done).toArray(CompletableFuture<?>[]::new))
                    .join();
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

    /** Gives waiting chunks to idle threads. The caller holds the lock. */
    private void dispatch() {
        while (!queue.isEmpty() && !idle.isEmpty()) {
            Task task = queue.remove();
            int wanted = Math.max(1, task.chunk.tokens() / SMALLEST_SHARE);
            int parts = queue.isEmpty() ? Math.min(wanted, idle.size()) : 1;
            task.begin(parts);
            for (int part = 0; part < parts; part++) {
                idle.remove().give(new Assignment(task, part));
            }
        }
    }

    /** A chunk that waits or is computed. */
    private final class Task {
        private final Chunk chunk;
        private final float[] result;
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private final AtomicInteger left = new AtomicInteger();
        private Barrier barrier = new Barrier(1);
        private Optional<Region> region = Optional.empty();
        private int parts = 1;
        private volatile Optional<Throwable> failure = Optional.empty();

        Task(Chunk chunk, float[] result) {
            this.chunk = chunk;
            this.result = result;
        }

        void begin(int count) {
            parts = count;
            left.set(count);
            barrier = new Barrier(count);
            Region mine = memory.take(chunk.bytes(plan.rowBytes()));
            chunk.use(mine, plan.rowBytes());
            region = Optional.of(mine);
        }

        void run(Worker worker, int part) {
            try {
                Share share = Share.of(chunk, worker, part, parts);
                for (Stage stage : plan.stages()) {
                    if (stage.readsAcrossRows()) {
                        stage.prepare(share);
                        barrier.await();
                    }
                    stage.run(share);
                }
                takeResult(share);
            } catch (Throwable e) { // whatever it is, the caller must hear of it and the thread live on
                if (failure.isEmpty()) {
                    failure = Optional.of(e);
                }
                barrier.breakUp();
            }
            if (left.decrementAndGet() == 0) {
                region.ifPresent(memory::give);
                failure.ifPresentOrElse(done::completeExceptionally, () -> done.complete(null));
            }
        }

        private void takeResult(Share share) {
            View view = plan.resultPlace();
            int width = view.width();
            boolean ofTokens = view.place().ofTokens();
            int from = ofTokens ? share.firstToken() : share.firstSequence();
            int end = ofTokens ? share.endToken() : share.endSequence();
            int offset = ofTokens ? chunk.firstToken() : chunk.firstSequence();
            if (end > from && view.isWhole()) {
                Region.floats(share.address(view, from), (long) (end - from) * width)
                        .get(result, (offset + from) * width, (end - from) * width);
                return;
            }
            for (int row = from; row < end; row++) {
                Region.floats(share.address(view, row), width).get(result, (offset + row) * width, width);
            }
        }
    }

    /** A thread's part of a task. */
    private record Assignment(Task task, int part) {}

    /** A thread. */
    private final class Member extends Thread {
        private final Worker worker;
        private final Condition called = lock.newCondition();
        private Optional<Assignment> assignment = Optional.empty();

        Member(Worker worker, int number) {
            super("juxta-onednn-" + (number + 1));
            this.worker = worker;
            setDaemon(true);
        }

        /** The caller holds the lock. */
        void give(Assignment work) {
            assignment = Optional.of(work);
            called.signal();
        }

        @Override
        public void run() {
            Natives.computeOnThisThreadOnly();
            for (Optional<Assignment> next = next(); next.isPresent(); next = next()) {
                next.get().task().run(worker, next.get().part());
            }
            worker.close();
        }

        private Optional<Assignment> next() {
            lock.lock();
            try {
                assignment = Optional.empty();
                idle.add(this);
                dispatch();
                while (assignment.isEmpty() && !closed) {
                    called.awaitUninterruptibly();
                }
                return assignment;
            } finally {
                lock.unlock();
            }
        }
    }

    /** Ends the threads; the caller sees to it that no run is under way. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            members.forEach(member -> member.called.signal());
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        for (Member member : members) {
            while (member.isAlive()) {
                try {
                    member.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        memory.close();
    }
}
