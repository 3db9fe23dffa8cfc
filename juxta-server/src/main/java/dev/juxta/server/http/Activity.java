package dev.juxta.server.http;

/**
 * Requests under way, and whether connections are to end after them. What comes after the end was told is only refused, and
 * does not count: nobody waits for it. Thread-safe.
 */
final class Activity {

    private int underWay;
    private boolean ending;

    /** A request begins; whether it counts, which is to be said when it finishes. */
    synchronized boolean begin() {
        if (!ending) {
            underWay++;
        }
        return !ending;
    }

    synchronized void finish(boolean counts) {
        underWay -= counts ? 1 : 0;
    }

    /** Requests that began before the end. */
    synchronized int underWay() {
        return underWay;
    }

    synchronized void end() {
        ending = true;
    }

    synchronized boolean ending() {
        return ending;
    }
}
