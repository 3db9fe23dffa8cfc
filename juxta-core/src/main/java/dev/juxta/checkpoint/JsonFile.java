package dev.juxta.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A JSON object out of a file of a checkpoint, read with errors that name the file, the key and the value.
 *
 * @param file how messages name the file
 * @param root the object
 */
public record JsonFile(String file, ObjectNode root) {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** Reads a value out of the middle of a text. */
    private static final ObjectReader PART = MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** Reads the object in {@code name}. */
    public static JsonFile read(CheckpointFiles files, String name) throws IOException {
        return parse(files.describe(name), files.read(name));
    }

    /** Reads the object in {@code name}, if there is such a file. */
    public static Optional<JsonFile> readIfPresent(CheckpointFiles files, String name) throws IOException {
        return files.contains(name) ? Optional.of(read(files, name)) : Optional.empty();
    }

    /**
     * Parses an object.
     *
     * @throws CheckpointException if the text is not JSON, or not an object
     */
    public static JsonFile parse(String file, byte[] text) throws CheckpointException {
        JsonNode node = parseNode(file, text);
        if (node instanceof ObjectNode object) {
            return new JsonFile(file, object);
        }
        throw new CheckpointException(file + " must hold a JSON object, and holds " + quote(node));
    }

    /** Reads the list in {@code name}. */
    public static List<JsonNode> readList(CheckpointFiles files, String name) throws IOException {
        JsonNode node = parseNode(files.describe(name), files.read(name));
        if (!node.isArray()) {
            throw new CheckpointException(files.describe(name) + " must hold a JSON list, and holds " + quote(node));
        }
        return node.valueStream().toList();
    }

    /**
     * An object without one of its values, which may be large and somebody else's to read.
     *
     * @param rest the object without it
     * @param value it, as JSON
     */
    public record Split(JsonFile rest, String value) {}

    /**
     * Parses an object but for the value at {@code key}, which must be an object too.
     *
     * @throws CheckpointException if the text is not JSON, or the value is not there
     */
    public static Split split(String file, byte[] text, String key) throws CheckpointException {
        ObjectNode rest = MAPPER.createObjectNode();
        Optional<String> value = Optional.empty();
        try (JsonParser parser = MAPPER.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new CheckpointException(
                        text.length == 0
                                ? file + " is empty; it may be half-written"
                                : file + " must hold a JSON object");
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                boolean isObject = parser.nextToken() == JsonToken.START_OBJECT;
                if (name.equals(key) && isObject) {
                    int from = (int) parser.currentTokenLocation().getByteOffset();
                    parser.skipChildren();
                    int to = (int) parser.currentLocation().getByteOffset();
                    value = Optional.of(new String(text, from, to - from, StandardCharsets.UTF_8));
                } else {
                    rest.set(name, PART.readTree(parser));
                }
            }
            JsonFile others = new JsonFile(file, rest);
            return new Split(others, value.orElseThrow(() -> others.missing(key)));
        } catch (JacksonException e) {
            throw invalid(file, e);
        }
    }

    /**
     * Checks that JSON nests at most {@code deepest} levels and that its numbers are finite, without building a tree.
     *
     * @throws CheckpointException if not, or if the text is not JSON
     */
    public static void requireShallow(String file, byte[] text, int deepest) throws CheckpointException {
        try (JsonParser parser = MAPPER.createParser(text)) {
            int depth = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                if (depth > deepest) {
                    throw new CheckpointException(file + " nests deeper than " + deepest + " levels; it is damaged");
                }
                if (token.isNumeric() && !Double.isFinite(parser.getDoubleValue())) {
                    throw new CheckpointException(file + " has a number out of range; it is damaged");
                }
            }
        } catch (JacksonException e) {
            throw invalid(file, e);
        }
    }

    /**
     * The values of an object that are neither objects nor lists, without building a tree of those.
     *
     * @throws CheckpointException if the text is not JSON
     */
    public static JsonFile scalars(String file, byte[] text) throws CheckpointException {
        ObjectNode scalars = MAPPER.createObjectNode();
        try (JsonParser parser = MAPPER.createParser(text)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                if (parser.nextToken().isStructStart()) {
                    parser.skipChildren();
                } else {
                    scalars.set(name, PART.readTree(parser));
                }
            }
            return new JsonFile(file, scalars);
        } catch (JacksonException e) {
            throw invalid(file, e);
        }
    }

    private static CheckpointException invalid(String file, JacksonException e) {
        return new CheckpointException(
                file + " is not valid JSON (" + reason(e) + "); it may be damaged or half-written", e);
    }

    private static JsonNode parseNode(String file, byte[] text) throws CheckpointException {
        try {
            JsonNode node = MAPPER.readTree(text);
            if (node.isMissingNode()) {
                throw new CheckpointException(file + " is empty; it may be half-written");
            }
            return node;
        } catch (JacksonException e) {
            throw invalid(file, e);
        }
    }

    /** What the parser says and where, without what it says of its own classes and settings. */
    private static String reason(JacksonException e) {
        String reason = e.getOriginalMessage()
                .replaceAll(", from `[^`]*`", "")
                .replaceAll("(?s)(: enable |\\s*\\()?(`|\\[Source|start marker).*", "");
        int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
        return line < 1
                ? reason
                : reason + ", line " + line + ", column " + e.getLocation().getColumnNr();
    }

    /** The value at {@code key} as messages show it: as JSON, on one line, and cut where it is long. */
    public String quoted(String key) {
        return quote(root.path(key));
    }

    /** Whether the key is there with a value other than null. */
    public boolean has(String key) {
        return root.hasNonNull(key);
    }

    private Optional<JsonNode> find(String key) {
        return Optional.ofNullable(root.get(key)).filter(node -> !node.isNull());
    }

    /** The text at {@code key}; any other kind of value is an error. */
    public Optional<String> text(String key) throws CheckpointException {
        Optional<JsonNode> node = find(key);
        if (node.isPresent() && !node.get().isString()) {
            throw wrong(key, node.get(), "a text");
        }
        return node.map(JsonNode::stringValue);
    }

    /** The truth value at {@code key}. */
    public Optional<Boolean> flag(String key) throws CheckpointException {
        Optional<JsonNode> node = find(key);
        if (node.isPresent() && !node.get().isBoolean()) {
            throw wrong(key, node.get(), "true or false");
        }
        return node.map(JsonNode::booleanValue);
    }

    /** The number at {@code key}. */
    public Optional<Double> number(String key) throws CheckpointException {
        Optional<JsonNode> node = find(key);
        if (node.isPresent() && !Double.isFinite(value(node.get()))) {
            throw wrong(key, node.get(), "a number");
        }
        return node.map(JsonFile::value);
    }

    /** NaN for what is no number, or none that a double can hold. */
    private static double value(JsonNode node) {
        return node.isNumber() ? node.asDouble(Double.NaN) : Double.NaN;
    }

    /** The whole number at {@code key}, between {@code min} and {@code max}. */
    public Optional<Integer> integer(String key, int min, int max) throws CheckpointException {
        Optional<JsonNode> node = find(key);
        if (node.isEmpty()) {
            return Optional.empty();
        }
        double value = value(node.get());
        if (!(value >= min && value <= max) || value != Math.rint(value)) {
            throw wrong(key, node.get(), "a whole number from " + min + " to " + max);
        }
        return Optional.of((int) value);
    }

    /** The whole number at {@code key}, which must be there. */
    public int requireInteger(String key, int min, int max) throws CheckpointException {
        return integer(key, min, max).orElseThrow(() -> missing(key));
    }

    /** The text at {@code key}, which must be there. */
    public String requireText(String key) throws CheckpointException {
        return text(key).orElseThrow(() -> missing(key));
    }

    /** The texts of the list at {@code key}; empty if there is none. */
    public List<String> texts(String key) throws CheckpointException {
        Optional<JsonNode> node = find(key);
        if (node.isEmpty()) {
            return List.of();
        }
        if (!node.get().isArray() || !node.get().valueStream().allMatch(JsonNode::isString)) {
            throw wrong(key, node.get(), "a list of texts");
        }
        return node.get().valueStream().map(JsonNode::stringValue).toList();
    }

    /** The object at {@code key}. */
    public Optional<JsonFile> object(String key) throws CheckpointException {
        Optional<JsonNode> node = find(key);
        if (node.isPresent() && !(node.get() instanceof ObjectNode)) {
            throw wrong(key, node.get(), "an object");
        }
        return node.map(found -> new JsonFile(file + ": " + key, (ObjectNode) found));
    }

    private CheckpointException missing(String key) {
        return new CheckpointException(file + " has no \"" + key + "\"; it is needed");
    }

    private CheckpointException wrong(String key, JsonNode found, String wanted) {
        return new CheckpointException(file + ": \"" + key + "\" must be " + wanted + ", and is " + quote(found));
    }

    private static String quote(JsonNode node) {
        String text = node.toString();
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
