package dev.juxta.server.dialect;

import dev.juxta.server.dialect.Problem.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fields of a body; {@code null} is as good as missing. Those that no dialect knows are passed over, as the originals
 * do.
 */
public record Fields(ObjectNode object) {

    private static final int LONGEST_QUOTE = 40;

    /** Whether it has a field that is not null. */
    public boolean has(String name) {
        return object.hasNonNull(name);
    }

    /** Whether it has one of these fields. */
    public boolean hasAny(String... names) {
        for (String name : names) {
            if (has(name)) {
                return true;
            }
        }
        return false;
    }

    /** The value of a field; a missing node if it has none. */
    public JsonNode node(String name) {
        return has(name) ? object.get(name) : object.missingNode();
    }

    /** A text that must be there. */
    public String text(String name) {
        return optionalText(name).orElseThrow(() -> missing(name));
    }

    /** A text that may be there. */
    public Optional<String> optionalText(String name) {
        if (!has(name)) {
            return Optional.empty();
        }
        JsonNode value = object.get(name);
        if (!value.isString()) {
            throw wrong(name, "a string", value);
        }
        return Optional.of(value.stringValue());
    }

    /** A text, or an object with a "text". */
    public String textOrObject(String name) {
        JsonNode value = node(name);
        return value.isObject() ? textOf(name, value) : text(name);
    }

    /** A switch. */
    public boolean flag(String name, boolean byDefault) {
        if (!has(name)) {
            return byDefault;
        }
        JsonNode value = object.get(name);
        if (!value.isBoolean()) {
            throw wrong(name, "true or false", value);
        }
        return value.booleanValue();
    }

    /** A whole number that may be there. */
    public OptionalInt integer(String name, int least, int most) {
        if (!has(name)) {
            return OptionalInt.empty();
        }
        JsonNode value = object.get(name);
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < least
                || value.intValue() > most) {
            String range = most == Integer.MAX_VALUE ? least + " or more" : "from " + least + " to " + most;
            throw wrong(name, "a whole number, " + range, value);
        }
        return OptionalInt.of(value.intValue());
    }

    /** Texts that must be there, though there may be none of them. */
    public List<String> texts(String name) {
        JsonNode value = list(name);
        List<String> texts = new ArrayList<>(value.size());
        for (JsonNode one : value) {
            if (!one.isString()) {
                throw wrong(name + "[" + texts.size() + "]", "a string", one);
            }
            texts.add(one.stringValue());
        }
        return texts;
    }

    /** Texts, or objects with a "text". */
    public List<String> documents(String name) {
        JsonNode value = list(name);
        List<String> texts = new ArrayList<>(value.size());
        for (JsonNode one : value) {
            texts.add(one.isString() ? one.stringValue() : textOf(name + "[" + texts.size() + "]", one));
        }
        return texts;
    }

    private JsonNode list(String name) {
        JsonNode value = node(name);
        if (value.isMissingNode()) {
            throw missing(name);
        }
        if (!value.isArray()) {
            throw wrong(name, "a list", value);
        }
        return value;
    }

    private static String textOf(String name, JsonNode value) {
        JsonNode text = value.path("text");
        if (!text.isString()) {
            throw wrong(name, "a string, or an object with a string \"text\"", value);
        }
        return text.stringValue();
    }

    /** What is wrong where a field is not there. */
    public static Problem missing(String name) {
        return Problem.of(Kind.INVALID, "\"" + name + "\" is missing");
    }

    /** What is wrong where a value is another than it must be. */
    public static Problem wrong(String name, String wanted, JsonNode value) {
        String text = value.toString();
        String shown = text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
        return Problem.of(Kind.INVALID, "\"" + name + "\" must be " + wanted + ", and is " + shown);
    }
}
