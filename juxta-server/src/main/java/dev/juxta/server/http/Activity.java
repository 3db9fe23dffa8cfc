package dev.juxta.server.http;

/**
 * Requests under way, and whether connections are to end after them. What comes after the end was told is only refused, and
 * counted apart: nobody waits for it for long. Thread-safe.
 */
final class Activity {

    private int underWay;
    private int late;
    private boolean ending;

    /** A request that has begun. */
    enum Place {
        BEFORE_THE_END,
        AFTER_THE_END
    }

    /** A request begins; where is to be said when it finishes. */
    synchronized Place begin() {
        if (ending) {
            late++;
            return Place.AFTER_THE_END;
        }
        underWay++;
        return Place.BEFORE_THE_END;
    }

    synchronized void finish(Place place) {
        if (place == Place.AFTER_THE_END) {
            late--;
        } else {
            underWay--;
        }
    }

    /** Requests that began before the end. */
    synchronized int underWay() {
        return underWay;
    }

    /** Those that came too late. */
    synchronized int late() {
        return late;
    }

    synchronized void end() {
        ending = true;
    }

    synchronized boolean ending() {
        return ending;
    }
}
