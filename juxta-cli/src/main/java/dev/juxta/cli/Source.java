package dev.juxta.cli;

import dev.juxta.data.InputException;
import dev.juxta.data.LineReader;
import dev.juxta.data.Place;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where input comes from.
 *
 * @param name how messages name it
 * @param path the file; empty for standard input
 */
record Source(String name, Optional<Path> path) {

    /** What lines are. */
    enum Format {
        /** plain text or tab-separated columns */
        TEXT,
        /** one JSON object per line */
        JSONL,
        /** whichever the first line looks like */
        UNKNOWN
    }

    /**
     * What an argument names: a file, or standard input by {@code -}.
     *
     * @throws UsageException if it cannot be a path
     */
    static Source of(String argument) {
        if (argument.equals("-")) {
            return new Source(Place.STDIN, Optional.empty());
        }
        try {
            return new Source(argument, Optional.of(Path.of(argument)));
        } catch (InvalidPathException e) {
            throw new UsageException("\"" + argument + "\" cannot be the name of a file");
        }
    }

    /** What arguments name; without any, standard input. */
    static List<Source> of(List<String> arguments) {
        return arguments.isEmpty()
                ? List.of(of("-"))
                : arguments.stream().map(Source::of).toList();
    }

    /** Whether it is standard input, which can be read once. */
    boolean isStdin() {
        return path.isEmpty();
    }

    /** By the name of a file; what comes through a pipe is {@link Format#UNKNOWN}. */
    Format format() {
        String lower = name.toLowerCase(Locale.ROOT);
        if (path.isPresent() && lower.matches(".*\\.(jsonl|ndjson)(\\.gz)?")) {
            return Format.JSONL;
        }
        return path.isPresent() && Files.isRegularFile(path.get()) ? Format.TEXT : Format.UNKNOWN;
    }

    /**
     * Opens it.
     *
     * @throws InputException if there is no such file, or it cannot be read
     */
    LineReader open(Session session) throws IOException {
        if (path.isEmpty()) {
            if (session.terminal().in()) {
                session.tell("reading from the terminal; end with Ctrl-D, or name a file");
            }
            return new LineReader(new Unclosed(session), name);
        }
        Path file = path.get();
        if (name.isEmpty() || !Files.exists(file)) {
            throw new InputException("there is no file \"" + name + "\"; name a text or .jsonl file, or - for stdin");
        }
        return LineReader.open(file);
    }

    /** Standard input is not ours to close. */
    private static final class Unclosed extends FilterInputStream {

        Unclosed(Session session) {
            super(session.in());
        }

        @Override
        public void close() {
            // left open for whoever started us
        }
    }
}
