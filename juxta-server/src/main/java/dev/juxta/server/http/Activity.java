package dev.juxta.server.http;

import java.util.concurrent.atomic.AtomicInteger;

/** Requests under way, and whether connections are to end after them. */
final class Activity {

    private final AtomicInteger underWay = new AtomicInteger();
    private volatile boolean ending;

    void begin() {
        underWay.incrementAndGet();
    }

    void finish() {
        underWay.decrementAndGet();
    }

    int underWay() {
        return underWay.get();
    }

    void end() {
        ending = true;
    }

    boolean ending() {
        return ending;
    }
}
