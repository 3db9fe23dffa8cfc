package dev.juxta.search.document;

import dev.juxta.data.LineReader.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a reader gives for a file, or for one line of a collection.
 *
 * @param id its name in its collection; empty where it has none of its own
 * @param line of the collection, from 1; 0 for a file that is one document
 * @param title may be empty
 * @param text what it says; all offsets are into this
 * @param headings in the order of the text
 * @param pages where in the text each page begins; none where there are no pages
 */
public record SourceDocument(
        Optional<String> id, int line, String title, String text, List<Heading> headings, List<Integer> pages) {

    public SourceDocument {
        headings = List.copyOf(headings);
        pages = List.copyOf(pages);
    }

    /** A file without pages. */
    static SourceDocument file(String title, String text, List<Heading> headings) {
        return new SourceDocument(Optional.empty(), 0, title, text, headings, List.of());
    }

    /** A line of a collection. */
    static SourceDocument line(Line line, Optional<String> id, String title, String text) {
        return new SourceDocument(id, (int) line.place().line(), title, text, List.of(), List.of());
    }

    /** A text without headings. */
    static SourceDocument plain(String text) {
        return file("", text, List.of());
    }

    /** The page that the char at an index stands on, from 1; 0 where there are no pages. */
    int pageAt(int index) {
        return (int) pages.stream().filter(begin -> begin <= index).count();
    }

    /** The title and the headings that the char at an index stands under: {@code Guide > Install > Linux}. */
    String headingAt(int index) {
        List<Heading> open = new ArrayList<>();
        for (Heading heading : headings) {
            if (heading.begin() > index) {
                break;
            }
            open.removeIf(above -> above.level() >= heading.level());
            open.add(heading);
        }
        List<String> path = new ArrayList<>();
        if (!title.isBlank()) {
            path.add(title);
        }
        open.stream()
                .map(Heading::text)
                .filter(text -> !text.isBlank() && !text.equals(title))
                .forEach(path::add);
        return String.join(" > ", path);
    }
}
