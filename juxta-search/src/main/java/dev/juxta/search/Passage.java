package dev.juxta.search;

import java.util.Optional;

/**
 * What is searched for: a document, or a part of one.
 *
 * @param id names it in its corpus
 * @param heading what it stands under: a title, or the headings above it; may be empty
 * @param text what it says
 * @param origin where it was cut out; empty where it is a document of a collection
 */
public record Passage(String id, String heading, String text, Optional<Origin> origin) {

    /** A document of a collection such as BEIR's. */
    public static Passage document(String id, String title, String text) {
        return new Passage(id, title, text, Optional.empty());
    }

    /** What every stage reads: the heading, then the text. */
    public String reading() {
        return heading.isBlank() ? text : heading + " " + text;
    }
}
