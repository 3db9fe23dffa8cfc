package dev.juxta.cli;

import java.io.IOException;

/** Input that cannot be read or understood; the message names the file, and the line where there is one. Exit code 1. */
final class InputException extends IOException {

    private static final long serialVersionUID = 1;

    InputException(String message) {
        super(message);
    }
}
