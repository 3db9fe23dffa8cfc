package dev.juxta.server.queue;

/** Work that is not taken: there is too much already, or the queue ends. */
public final class RejectedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int retryAfterSeconds;
    private final boolean ending;

    private RejectedException(String message, int retryAfterSeconds, boolean ending) {
        super(message);
        this.retryAfterSeconds = retryAfterSeconds;
        this.ending = ending;
    }

    static RejectedException overloaded(int retryAfterSeconds) {
        return new RejectedException(
                "too much work is waiting; try again in " + retryAfterSeconds + " s", retryAfterSeconds, false);
    }

    static RejectedException ending() {
        return new RejectedException("no more work is taken", 1, true);
    }

    /** When it may be worth trying again, at least 1. */
    public int retryAfterSeconds() {
        return retryAfterSeconds;
    }

    /** Whether the queue ends, and will not take it later either. */
    public boolean isEnding() {
        return ending;
    }
}
