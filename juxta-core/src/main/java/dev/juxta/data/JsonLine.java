package dev.juxta.data;

import dev.juxta.data.LineReader.Line;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON, one object per line, as it is read: strictly, and with errors that name the line. */
public final class JsonLine {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final int LONGEST_QUOTE = 60;

    private JsonLine() {}

    /** The object in a text, if that is what the text is. */
    public static Optional<ObjectNode> find(String text) {
        try {
            return MAPPER.readTree(text) instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /**
     * The object on a line.
     *
     * @throws InputException if there is none
     */
    public static ObjectNode parse(Line line) throws InputException {
        JsonNode node;
        try {
            node = MAPPER.readTree(line.text());
        } catch (JacksonException e) {
            throw new InputException(line.place() + " is not JSON: " + e.getOriginalMessage());
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new InputException(line.place() + " must be a JSON object, and is " + quote(node));
    }

    /**
     * The text at a key.
     *
     * @throws InputException if there is none, or something else
     */
    public static String text(ObjectNode object, String key, Place place) throws InputException {
        JsonNode node = object.path(key);
        if (node.isMissingNode()) {
            throw new InputException(place + " has no \"" + key + "\"");
        }
        if (!node.isString()) {
            throw new InputException(place + ": \"" + key + "\" must be a text, and is " + quote(node));
        }
        return node.stringValue();
    }

    /**
     * The text or number at {@code id}, or at {@code _id} as in BEIR's files.
     *
     * @throws InputException if it is something else
     */
    public static Optional<JsonNode> id(ObjectNode object, Place place) throws InputException {
        String key = object.hasNonNull("id") ? "id" : "_id";
        if (!object.hasNonNull(key)) {
            return Optional.empty();
        }
        JsonNode node = object.path(key);
        if (!node.isString() && !node.isNumber()) {
            throw new InputException(place + ": \"" + key + "\" must be a text or a number, and is " + quote(node));
        }
        return Optional.of(node);
    }

    private static String quote(JsonNode node) {
        String text = node.toString();
        return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
    }
}
