package dev.juxta.server.http;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that may be held at a time. */
final class ByteBudget {

    private final long limit;
    private final AtomicLong held = new AtomicLong();

    ByteBudget(long limit) {
        this.limit = limit;
    }

    /** Takes some, if there are as many. */
    boolean take(long bytes) {
        long after = held.addAndGet(bytes);
        if (after > limit) {
            held.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void give(long bytes) {
        held.addAndGet(-bytes);
    }

    long held() {
        return held.get();
    }
}
