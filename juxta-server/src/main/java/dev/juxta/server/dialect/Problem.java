package dev.juxta.server.dialect;

import java.util.OptionalInt;

/** Why a request gets no answer. Each dialect has its own status and envelope for it. */
public final class Problem extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** What kind of problem it is, with the status that most APIs have for it. */
    public enum Kind {
        /** the body is not JSON, or not HTTP */
        MALFORMED(400),
        /** a field is missing, or is not what it must be */
        INVALID(400),
        /** there is nothing to score */
        EMPTY(400),
        /** more documents than a request may have */
        TOO_MANY(400),
        /** a text is longer than the model reads, and was not to be cut */
        TOO_LONG(400),
        /** the model that is served cannot do this */
        UNSUPPORTED(400),
        /** no key, or a wrong one */
        UNAUTHORIZED(401),
        /** a right key that may not do this */
        FORBIDDEN(403),
        /** no such path */
        NO_PATH(404),
        /** no such model */
        NO_MODEL(404),
        /** the path is there for another method */
        WRONG_METHOD(405),
        /** the body did not come in time */
        BODY_TOO_SLOW(408),
        /** the body is too large */
        BODY_TOO_LARGE(413),
        /** the line or the headers are too long */
        HEAD_TOO_LARGE(431),
        /** there is too much to do */
        OVERLOADED(429),
        /** the answer was not there in time */
        TIMEOUT(504),
        /** the server ends, or has no model yet */
        UNAVAILABLE(503),
        /** it should not happen */
        INTERNAL(500);

        private final int status;

        Kind(int status) {
            this.status = status;
        }

        /** The status that most APIs have for it. */
        public int status() {
            return status;
        }
    }

    private final Kind kind;
    private final int retryAfterSeconds;

    private Problem(Kind kind, String message, int retryAfterSeconds) {
        super(message);
        this.kind = kind;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /** A problem told in a sentence. */
    public static Problem of(Kind kind, String message) {
        return new Problem(kind, message, 0);
    }

    /** One that may be over later. */
    public static Problem passing(Kind kind, String message, int retryAfterSeconds) {
        return new Problem(kind, message, retryAfterSeconds);
    }

    /** What kind it is. */
    public Kind kind() {
        return kind;
    }

    /** The sentence. */
    public String sentence() {
        return String.valueOf(getMessage());
    }

    /** When to try again, if that may help. */
    public OptionalInt retryAfterSeconds() {
        return retryAfterSeconds > 0 ? OptionalInt.of(retryAfterSeconds) : OptionalInt.empty();
    }
}
