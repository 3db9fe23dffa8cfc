package dev.juxta.cli;

import java.util.List;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON, one object per line, as it is printed. */
public final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final int DELETE = 0x7F;
    private static final int LAST_CONTROL = 0x9F;

    private Json() {}

    /** An object to be filled. */
    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** A list of numbers. */
    static ArrayNode floats(List<Float> numbers) {
        ArrayNode array = MAPPER.createArrayNode();
        numbers.forEach(array::add);
        return array;
    }

    /** A list of numbers. */
    static ArrayNode floats(float[] numbers) {
        ArrayNode array = MAPPER.createArrayNode();
        for (float number : numbers) {
            array.add(number);
        }
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

    /**
     * An object as one line. Halves of surrogate pairs, which UTF-8 cannot write, and control characters that a terminal
     * would obey are escaped.
     */
    public static String line(ObjectNode object) {
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
