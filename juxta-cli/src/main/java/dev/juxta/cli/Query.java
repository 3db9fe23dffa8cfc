package dev.juxta.cli;

import dev.juxta.data.InputException;
import dev.juxta.data.JsonLine;
import dev.juxta.data.Place;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What documents are ranked for.
 *
 * @param text the question
 * @param id its name, a text or a number, where its line gives one
 */
record Query(String text, Optional<JsonNode> id) {

    /** Reads plain lines, of which blank ones are passed over, and objects with text (or query) and id. */
    static final LineParser<Query> PARSER = new LineParser<>() {
        @Override
        public boolean recognises(ObjectNode object) {
            return object.has("text") || object.has("query");
        }

        @Override
        public Query ofObject(ObjectNode object, Place place) throws InputException {
            if (!recognises(object)) {
                throw new InputException(place + " has neither \"text\" nor \"query\"");
            }
            String text = JsonLine.text(object, object.has("text") ? "text" : "query", place);
            if (text.isBlank()) {
                throw new InputException(place + " has a blank query");
            }
            return new Query(text, JsonLine.id(object, place));
        }

        @Override
        public Optional<Query> ofText(String text, Place place) {
            return text.isBlank() ? Optional.empty() : Optional.of(new Query(text, Optional.empty()));
        }
    };
}
