package dev.juxta.cli;

import java.io.IOException;

/** A command that {@link Main} can run once its options are read. */
public interface Subcommand {

    /**
     * Does it.
     *
     * @throws UsageException if the command line means nothing
     * @throws IOException if something cannot be read, loaded or written; the message is a sentence
     */
    void run() throws IOException;
}
