package dev.juxta.server.dialect;

import dev.juxta.server.dialect.Problem.Kind;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON of bodies. Floats are written in their shortest form, which always has a decimal point. */
public final class Json {

    private static final int DEEPEST = 64;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxStringLength(Integer.MAX_VALUE) // the limit on bodies bounds them
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    /** An object to be filled. */
    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** A list to be filled. */
    public static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    /**
     * Reads the object that a body is.
     *
     * @throws Problem if it is none
     */
    public static Fields read(byte[] body) {
        if (body.length == 0) {
            throw Problem.of(Kind.MALFORMED, "The body is empty; send a JSON object");
        }
        JsonNode node;
        try {
            node = MAPPER.readTree(body);
        } catch (JacksonException e) {
            throw Problem.of(
                    Kind.MALFORMED, "The body is not valid JSON: " + firstLine(e.getOriginalMessage()) + at(e));
        }
        if (!(node instanceof ObjectNode object)) {
            throw Problem.of(Kind.MALFORMED, "The body must be a JSON object");
        }
        return new Fields(object);
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    private static String at(JacksonException e) {
        return e.getLocation() == null || e.getLocation().getLineNr() < 1
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
    }

    /** A body. Halves of surrogate pairs, which UTF-8 cannot write, become question marks. */
    public static byte[] write(JsonNode node) {
        return MAPPER.writeValueAsString(node).getBytes(StandardCharsets.UTF_8);
    }
}
