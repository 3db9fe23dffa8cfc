package dev.juxta.search.document;

import dev.juxta.data.JsonLine;
import dev.juxta.data.LineReader;
import dev.juxta.data.LineReader.Line;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads JSONL, BEIR's corpora among it: a document per line with text, and maybe title and id (or _id); packed by .gz. */
final class JsonlReader implements DocumentReader {

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

    private static SourceDocument document(Line line) throws IOException {
        ObjectNode object = JsonLine.parse(line);
        String text = JsonLine.text(object, "text", line.place());
        String title = object.hasNonNull("title") ? JsonLine.text(object, "title", line.place()) : "";
        return SourceDocument.line(line, JsonLine.id(object, line.place()).map(JsonNode::asString), title, text);
    }
}
