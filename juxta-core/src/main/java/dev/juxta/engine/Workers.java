package dev.juxta.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * A fixed number of threads that do all the work of a model: tokenization and the engine's alike. All callers share them,
 * so that many requests at once use as many threads as one. Work waits in one queue; a thread takes a piece and does it
 * alone. When a piece is the last in the queue and other threads have nothing to do, they join in, if it lets them. Which
 * threads share a piece is settled when it begins: no thread ever waits for one that is busy elsewhere.
 */
public final class Workers implements AutoCloseable {

    /** How long a thread has had nothing to do before it does what can wait. */
    private static final long PAUSE_MILLIS = 100;

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Running> queue = new ArrayDeque<>();
    private final Deque<Runnable> spare = new ArrayDeque<>();
    private final Deque<Member> idle = new ArrayDeque<>();
    private final List<Member> members = new ArrayList<>();
    private volatile boolean closed; // written under the lock

    public Workers(int threads) {
        for (int i = 0; i < threads; i++) {
            members.add(new Member(i));
        }
        members.forEach(Thread::start);
    }

    /** Work that several threads may do together, each a part of it, all at the same time. */
    public interface Gang {

        /** The most threads that it is worth sharing among, at least 1. */
        int most();

        /** It begins, on this many threads. */
        void begin(int parts);

        /**
         * Does one part.
         *
         * @param part from 0 to parts − 1
         * @param thread which of the workers' threads does it, from 0 to threads − 1
         */
        void run(int part, int thread);

        /** A part has failed: the others need not wait for it. */
        void breakUp();

        /** All parts have ended. */
        void end();
    }

    /** The number of threads. */
    public int threads() {
        return members.size();
    }

    /**
     * Runs {@code task} for 0, 1, … count − 1, in any order, and returns when all have ended. After a task has failed no
     * further ones are begun, and its exception is thrown here. A single task is done by the caller: handing it over
     * and waiting takes longer than most.
     */
    public void forEach(int count, IntConsumer task) {
        if (count == 1) {
            requireOpen();
            task.accept(0);
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
        runAll(IntStream.range(0, Math.min(threads(), count))
                .mapToObj(i -> new Alone(share))
                .toList());
    }

    /** Does all of them, and returns when all have ended; the first failure is thrown here. */
    public void runAll(List<? extends Gang> gangs) {
        List<Running> running = gangs.stream().map(Running::new).toList();
        Optional<Member> own = own();
        if (own.isPresent()) { // waiting for itself would be in vain
            running.forEach(gang -> gang.runOn(own.get()));
        } else {
            submit(running);
        }
        try {
            CompletableFuture.allOf(running.stream().map(gang -> gang.done).toArray(CompletableFuture<?>[]::new))
                    .join();
        } catch (CompletionException e) {
            throw rethrow(e);
        }
    }

    /** Calls something on one of the threads while the caller goes on. */
    public <T> CompletableFuture<T> call(Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        submit(List.of(new Running(new Alone(() -> {
            try {
                result.complete(task.call());
            } catch (Throwable e) { // whoever waits for the result must hear of it
                result.completeExceptionally(e);
            }
        }))));
        return result;
    }

    /** Does something that can wait, and may never be done, once a thread has had nothing else to do for a while. */
    public void whenIdle(Runnable task) {
        lock.lock();
        try {
            spare.add(task);
            idle.forEach(member -> member.called.signal());
        } finally {
            lock.unlock();
        }
    }

    private Optional<Member> own() {
        return Thread.currentThread() instanceof Member member && member.owner() == this
                ? Optional.of(member)
                : Optional.empty();
    }

    private void submit(List<Running> gangs) {
        lock.lock();
        try {
            requireOpen();
            queue.addAll(gangs);
            dispatch();
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("These workers are closed");
        }
    }

    private static RuntimeException rethrow(CompletionException e) {
        if (e.getCause() instanceof Error error) {
            throw error;
        }
        return e.getCause() instanceof RuntimeException cause ? cause : e;
    }

    /** Gives waiting work to idle threads. The caller holds the lock. */
    private void dispatch() {
        while (!queue.isEmpty() && !idle.isEmpty()) {
            Running gang = queue.remove();
            int parts = queue.isEmpty() ? Math.min(gang.gang.most(), idle.size()) : 1;
            if (gang.begin(parts)) {
                for (int part = 0; part < parts; part++) {
                    idle.remove().give(new Assignment(gang, part));
                }
            }
        }
    }

    /** Something for one thread. */
    private record Alone(Runnable task) implements Gang {
        @Override
        public int most() {
            return 1;
        }

        @Override
        public void begin(int parts) {
            // nothing to prepare
        }

        @Override
        public void run(int part, int thread) {
            task.run();
        }

        @Override
        public void breakUp() {
            // nobody waits
        }

        @Override
        public void end() {
            // nothing to give back
        }
    }

    /** Work that waits or is done. */
    private static final class Running {
        private final Gang gang;
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private final AtomicInteger left = new AtomicInteger();
        private volatile Optional<Throwable> failure = Optional.empty();

        Running(Gang gang) {
            this.gang = gang;
        }

        boolean begin(int parts) {
            left.set(parts);
            try {
                gang.begin(parts);
                return true;
            } catch (Throwable e) { // such as too little memory; the caller must hear of it
                done.completeExceptionally(e);
                return false;
            }
        }

        void run(int part, int thread) {
            try {
                gang.run(part, thread);
            } catch (Throwable e) { // whatever it is, the caller must hear of it and the thread live on
                if (failure.isEmpty()) {
                    failure = Optional.of(e);
                }
                gang.breakUp();
            }
            if (left.decrementAndGet() == 0) {
                gang.end();
                failure.ifPresentOrElse(done::completeExceptionally, () -> done.complete(null));
            }
        }

        void runOn(Member member) {
            if (begin(1)) {
                run(0, member.number);
            }
        }
    }

    /** A thread's part of some work. */
    private record Assignment(Running gang, int part) {}

    /** A thread. */
    private final class Member extends Thread {
        private final int number;
        private final Condition called = lock.newCondition();
        private Optional<Assignment> assignment = Optional.empty();

        Member(int number) {
            super("juxta-worker-" + (number + 1));
            this.number = number;
            setDaemon(true);
        }

        Workers owner() {
            return Workers.this;
        }

        /** The caller holds the lock. */
        void give(Assignment work) {
            assignment = Optional.of(work);
            called.signal();
        }

        @Override
        public void run() {
            for (Optional<Assignment> next = next(); next.isPresent(); next = next()) {
                next.get().gang().run(next.get().part(), number);
            }
        }

        private Optional<Assignment> next() {
            lock.lock();
            try {
                assignment = Optional.empty();
                idle.add(this);
                dispatch();
                while (assignment.isEmpty() && !closed) {
                    if (spare.isEmpty()) {
                        called.awaitUninterruptibly();
                    } else if (!isCalledWithinPause() && assignment.isEmpty() && !spare.isEmpty()) {
                        idle.remove(this);
                        Running task = new Running(new Alone(spare.remove()));
                        task.begin(1);
                        assignment = Optional.of(new Assignment(task, 0));
                    }
                }
                return assignment;
            } finally {
                lock.unlock();
            }
        }

        @SuppressWarnings("WaitNotInLoop") // the caller's loop looks again
        private boolean isCalledWithinPause() {
            try {
                return called.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) { // by somebody who listed all threads; it means nothing here
                return true;
            }
        }
    }

    /** Ends the threads; the caller sees to it that nobody waits for work. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            spare.clear();
            members.forEach(member -> member.called.signal());
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        for (Member member : members) {
            while (member.isAlive() && member != Thread.currentThread()) {
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
    }
}
