package dev.juxta.data;

import java.io.IOException;

/** Input that cannot be read or understood; the message names the file, and the line where there is one. */
public final class InputException extends IOException {

    private static final long serialVersionUID = 1;

    /** With a sentence that says what would work. */
    public InputException(String message) {
        super(message);
    }
}
