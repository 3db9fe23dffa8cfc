package dev.juxta.checkpoint;

import java.io.IOException;

/** A checkpoint that is missing, damaged or of a kind that cannot be read; the message is a sentence for its user. */
public final class CheckpointException extends IOException {

    private static final long serialVersionUID = 1;

    private static final int LONGEST_MESSAGE = 2000;

    public CheckpointException(String message) {
        super(printable(message));
    }

    public CheckpointException(String message, Throwable cause) {
        super(printable(message), cause);
    }

    /** A damaged file's names can be of any length, and hold line breaks or codes that a terminal would obey. */
    private static String printable(String message) {
        String line = message.replaceAll("[\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}]+", " ");
        return line.length() <= LONGEST_MESSAGE ? line : line.substring(0, LONGEST_MESSAGE) + "…";
    }
}
