package dev.juxta.onednn;

import java.util.concurrent.atomic.AtomicInteger;

/** Where the threads that share a chunk wait for each other, spinning: the waits are microseconds. */
final class Barrier {

    /** Turns before a waiting thread offers its core to others. */
    private static final int PATIENCE = 2_000;

    private final int parties;
    private final AtomicInteger arrived = new AtomicInteger();
    private volatile int round;
    private volatile boolean broken;

    Barrier(int parties) {
        this.parties = parties;
    }

    /** Returns when all have called it as often as this thread. */
    @SuppressWarnings("ThreadPriorityCheck") // a yield in a spin loop
    void await() {
        if (parties == 1) {
            return;
        }
        int mine = round;
        if (arrived.incrementAndGet() == parties) {
            arrived.set(0);
            round = mine + 1;
            return;
        }
        int turns = 0;
        while (round == mine) {
            if (broken) {
                throw new IllegalStateException("Another thread of this run has failed");
            }
            if (++turns > PATIENCE) {
                Thread.yield();
            } else {
                Thread.onSpinWait();
            }
        }
    }

    /** Lets no one wait any longer, as one of the threads will not come. */
    void breakUp() {
        broken = true;
    }
}
