package dev.juxta.cli;

import dev.juxta.cli.LineReader.Line;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON, one object per line, in and out. */
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final int LONGEST_QUOTE = 60;
    private static final int DELETE = 0x7F;
    private static final int LAST_CONTROL = 0x9F;

    private Json() {}

    /** An object to be filled. */
    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** A list of numbers. */
    static ArrayNode floats(List<Float> numbers) {
        ArrayNode array = MAPPER.createArrayNode();
        numbers.forEach(array::add);
        return array;
    }

    /** A list of numbers. */
    static ArrayNode integers(int[] numbers) {
        ArrayNode array = MAPPER.createArrayNode();
        for (int number : numbers) {
            array.add(number);
        }
        return array;
    }

    /** A list of texts. */
    static ArrayNode texts(List<String> texts) {
        ArrayNode array = MAPPER.createArrayNode();
        texts.forEach(array::add);
        return array;
    }

    /** The object in a text, if that is what the text is. */
    static Optional<ObjectNode> find(String text) {
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
    static ObjectNode parse(Line line) throws InputException {
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
    static String text(ObjectNode object, String key, Place place) throws InputException {
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
    static Optional<JsonNode> id(ObjectNode object, Place place) throws InputException {
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

    /**
     * An object as one line. Halves of surrogate pairs, which UTF-8 cannot write, and control characters that a terminal
     * would obey are escaped.
     */
    static String line(ObjectNode object) {
        String json = MAPPER.writeValueAsString(object);
        StringBuilder escaped = new StringBuilder(json.length());
        json.codePoints().forEach(point -> {
            boolean loneSurrogate = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
            if (loneSurrogate || (point >= DELETE && point <= LAST_CONTROL)) {
                escaped.append("\\u")
                        .append(Integer.toHexString(0x10000 | point).substring(1));
            } else {
                escaped.appendCodePoint(point);
            }
        });
        return escaped.toString();
    }
}
