package dev.juxta.search.document;

import dev.juxta.data.InputException;
import dev.juxta.data.LineReader;
import dev.juxta.data.LineReader.Line;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
        String place = line.place().source() + ":" + line.place().line();
        return switch (cells.length) {
            case 1 -> new SourceDocument(Optional.of(place), "", cells[0], List.of());
            case 2 -> new SourceDocument(Optional.of(cells[0]), "", cells[1], List.of());
            case 3 -> new SourceDocument(Optional.of(cells[0]), cells[1], cells[2], List.of());
            default ->
                throw new InputException(line.place() + " has " + cells.length
                        + " columns; a document is text, or id and text, or id, title and text");
        };
    }
}
