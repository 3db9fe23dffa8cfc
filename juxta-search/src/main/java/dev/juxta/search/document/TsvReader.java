package dev.juxta.search.document;

import dev.juxta.data.InputException;
import dev.juxta.data.LineReader;
import dev.juxta.data.LineReader.Line;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads TSV: {@code text}, {@code id text} or {@code id title text} per line; packed by .gz. */
final class TsvReader implements DocumentReader {

    @Override
    public void read(Path file, Sink sink) throws IOException {
        try (LineReader lines = LineReader.open(file)) {
            for (Optional<Line> line = lines.next(); line.isPresent(); line = lines.next()) {
                if (!line.get().text().isBlank()) {
                    sink.accept(document(line.get()));
                }
            }
        }
    }

    private static SourceDocument document(Line line) throws InputException {
        String[] cells = line.text().split("\t", -1);
        return switch (cells.length) {
            case 1 -> SourceDocument.line(line, Optional.empty(), "", cells[0]);
            case 2 -> SourceDocument.line(line, Optional.of(cells[0]), "", cells[1]);
            case 3 -> SourceDocument.line(line, Optional.of(cells[0]), cells[1], cells[2]);
            default ->
                throw new InputException(line.place() + " has " + cells.length
                        + " columns; a document is text, or id and text, or id, title and text");
        };
    }
}
