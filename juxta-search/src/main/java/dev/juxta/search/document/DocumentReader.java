package dev.juxta.search.document;

import java.io.IOException;
import java.nio.file.Path;

/** Reads the documents in a file of one format. */
interface DocumentReader {

    /** Takes documents, one by one. */
    @FunctionalInterface
    interface Sink {
        void accept(SourceDocument document) throws IOException;
    }

    /**
     * Reads a file.
     *
     * @throws dev.juxta.data.InputException if it is not of the format; the message says where
     */
    void read(Path file, Sink sink) throws IOException;
}
