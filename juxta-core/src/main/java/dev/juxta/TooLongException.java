package dev.juxta;

/** A text that is longer than the model reads, where {@link LongInput#FAIL} was asked for. */
public final class TooLongException extends UnreadableTextException {

    private static final long serialVersionUID = 1;

    TooLongException(String message) {
        super(message);
    }
}
