package dev.juxta.cli;

import dev.juxta.data.InputException;
import dev.juxta.data.JsonLine;
import dev.juxta.data.Place;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A document to be ranked.
 *
 * @param text what the model reads
 * @param id its name, a text or a number, where its line gives one
 * @param place where it stood
 */
record Document(String text, Optional<JsonNode> id, Place place) {

    /** Reads plain lines, of which blank ones are passed over, and objects with text, title and id. */
    static final LineParser<Document> PARSER = new LineParser<>() {
        @Override
        public boolean recognises(ObjectNode object) {
            return object.has("text");
        }

        @Override
        public Document ofObject(ObjectNode object, Place place) throws InputException {
            String text = JsonLine.text(object, "text", place);
            String title = object.hasNonNull("title") ? JsonLine.text(object, "title", place) : "";
            return new Document(title.isBlank() ? text : title + " " + text, JsonLine.id(object, place), place);
        }

        @Override
        public Optional<Document> ofText(String text, Place place) {
            return text.isBlank() ? Optional.empty() : Optional.of(new Document(text, Optional.empty(), place));
        }
    };
}
