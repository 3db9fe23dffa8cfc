package dev.juxta.checkpoint;

import java.io.IOException;

/** A checkpoint that is missing, damaged or of a kind that cannot be read; the message is a sentence for its user. */
public final class CheckpointException extends IOException {

    private static final long serialVersionUID = 1;

    public CheckpointException(String message) {
        super(message);
    }

    public CheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
