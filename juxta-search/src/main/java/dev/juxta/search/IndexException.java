package dev.juxta.search;

import java.io.IOException;

/** An index that cannot be read, written or used as it was asked; the message says what would work. */
public final class IndexException extends IOException {

    private static final long serialVersionUID = 1;

    IndexException(String message) {
        super(message);
    }

    IndexException(String message, Throwable cause) {
        super(message, cause);
    }
}
