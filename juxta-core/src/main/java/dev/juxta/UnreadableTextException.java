package dev.juxta;

/** A text that a model cannot read as it is; the message says which, and what would work. */
public sealed class UnreadableTextException extends IllegalArgumentException permits TooLongException {

    private static final long serialVersionUID = 1;

    UnreadableTextException(String message) {
        super(message);
    }
}
