package dev.juxta.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Standard output in UTF-8, which, other than a {@code PrintStream}, says when it cannot be written. */
public final class Output {

    private static final int BUFFER = 1 << 16;

    private final OutputStream stream;

    Output(OutputStream stream) {
        this.stream = new BufferedOutputStream(stream, BUFFER);
    }

    /** Writes a line. */
    public void line(String text) throws OutputException {
        try {
            stream.write(text.getBytes(StandardCharsets.UTF_8));
            stream.write('\n');
        } catch (IOException e) {
            throw new OutputException(e);
        }
    }

    /** Hands on what has been written; to be called where a result is whole. */
    public void flush() throws OutputException {
        try {
            stream.flush();
        } catch (IOException e) {
            throw new OutputException(e);
        }
    }

    /** Standard output that cannot be written. */
    public static final class OutputException extends IOException {

        private static final long serialVersionUID = 1;

        OutputException(IOException cause) {
            super("cannot write to standard output: " + cause.getMessage(), cause);
        }

        /** Whether the reader went away, as {@code head} does when it has enough: no error of ours. */
        boolean readerIsGone() {
            String reason = String.valueOf(getMessage());
            return reason.contains("Broken pipe") || reason.contains("Connection reset");
        }
    }
}
