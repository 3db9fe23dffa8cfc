package dev.juxta.cli;

/** A command line that means nothing; the message is a sentence that says what would work. Exit code 2. */
final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }
}
