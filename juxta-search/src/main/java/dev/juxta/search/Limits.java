package dev.juxta.search;

/** What arguments must be. */
final class Limits {

    private Limits() {}

    /** Checks the most hits that are asked for. */
    static void requireLimit(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("The limit of hits must be at least 1, not " + limit);
        }
    }
}
