package dev.juxta.hub;

import java.io.IOException;

/** A model that cannot be fetched; the message is a sentence for its user. */
public final class HubException extends IOException {

    private static final long serialVersionUID = 1;

    /** Why it cannot be fetched. */
    public enum Reason {
        /** Neither here nor asked for: the network is switched off. */
        OFFLINE,
        /** No such model, or a private one. */
        NO_MODEL,
        /** The model has no such branch, tag or commit. */
        NO_REVISION,
        /** The model has no such file, or not what a checkpoint needs. */
        NO_FILE,
        /** Terms must be accepted first. */
        GATED,
        /** The token is not accepted, or may not read this. */
        FORBIDDEN,
        /** The hub cannot be reached, or does not answer as a hub does. */
        UNREACHABLE,
        /** What came is not what was announced. */
        DAMAGED,
        /** There is not enough space for it. */
        NO_SPACE
    }

    private final Reason reason;

    public HubException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public HubException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
