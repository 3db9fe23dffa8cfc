package dev.juxta.cli;

/** A command line that means nothing; the message is a sentence that says what would work. Exit code 2. */
public final class UsageException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    /** With a sentence that says what would work. */
    public UsageException(String message) {
        super(message);
    }
}
