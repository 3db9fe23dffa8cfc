package dev.juxta.search.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a reader gives for a file, or for one line of a collection.
 *
 * @param id its name in its collection; empty for a file that is one document
 * @param title may be empty
 * @param text what it says; all offsets are into this
 * @param headings in the order of the text
 */
public record SourceDocument(Optional<String> id, String title, String text, List<Heading> headings) {

    public SourceDocument {
        headings = List.copyOf(headings);
    }

    /** A text without headings. */
    static SourceDocument plain(String text) {
        return new SourceDocument(Optional.empty(), "", text, List.of());
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
