package dev.juxta.eval;

import dev.juxta.data.InputException;
import dev.juxta.data.LineReader;
import dev.juxta.data.LineReader.Line;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** The lines of a file that are not blank, one by one. */
final class Lines {

    private Lines() {}

    /** Takes a line, or refuses it. */
    interface Sink {
        void accept(Line line) throws InputException;
    }

    static void each(Path file, Sink sink) throws IOException {
        try (LineReader reader = LineReader.open(file)) {
            for (Optional<Line> line = reader.next(); line.isPresent(); line = reader.next()) {
                if (!line.get().text().isBlank()) {
                    sink.accept(line.get());
                }
            }
        }
    }

    /** Whether the lines of a file are JSON, by its name. */
    static boolean areJson(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).matches(".*\\.(jsonl|ndjson)(\\.gz)?");
    }
}
