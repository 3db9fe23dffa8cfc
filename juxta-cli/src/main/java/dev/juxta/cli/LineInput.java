package dev.juxta.cli;

import dev.juxta.cli.Source.Format;
import dev.juxta.data.InputException;
import dev.juxta.data.JsonLine;
import dev.juxta.data.LineReader;
import dev.juxta.data.LineReader.Line;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whole inputs, read and checked line by line. */
final class LineInput<T> {

    private final Session session;
    private final LineParser<T> parser;

    LineInput(Session session, LineParser<T> parser) {
        this.session = session;
        this.parser = parser;
    }

    /** Takes what was read, or refuses it. */
    interface Sink<T> {
        void accept(T item) throws IOException;
    }

    /** Everything in a source. */
    List<T> read(Source source) throws IOException {
        List<T> items = new ArrayList<>();
        read(source, items::add);
        return items;
    }

    /**
     * Hands everything in a source to {@code sink}, in order.
     *
     * @throws InputException if a line cannot be understood
     */
    void read(Source source, Sink<T> sink) throws IOException {
        try (LineReader reader = source.open(session)) {
            Format format = source.format();
            List<Line> held = new ArrayList<>(); // lines before the first that is not blank
            for (Optional<Line> line = reader.next(); line.isPresent(); line = reader.next()) {
                held.add(line.get());
                if (format == Format.UNKNOWN && !line.get().text().isBlank()) {
                    format = guess(line.get().text());
                }
                if (format != Format.UNKNOWN) {
                    parse(held, format, sink);
                    held.clear();
                }
            }
            parse(held, Format.TEXT, sink);
        }
    }

    private Format guess(String firstLine) {
        boolean json = firstLine.stripLeading().startsWith("{")
                && JsonLine.find(firstLine).map(parser::recognises).orElse(false);
        return json ? Format.JSONL : Format.TEXT;
    }

    private void parse(List<Line> lines, Format format, Sink<T> sink) throws IOException {
        for (Line line : lines) {
            if (format == Format.TEXT) {
                Optional<T> item = parser.ofText(line.text(), line.place());
                if (item.isPresent()) {
                    sink.accept(item.get());
                }
            } else if (!line.text().isBlank()) {
                sink.accept(parser.ofObject(JsonLine.parse(line), line.place()));
            }
        }
    }
}
