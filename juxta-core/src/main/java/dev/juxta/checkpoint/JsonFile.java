package dev.juxta.checkpoint;

import java.io.IOException;
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

    /** Parses an object but for the value at {@code skipped}, which may be large and somebody else's to read. */
    public static JsonFile parseWithout(String skipped, String file, byte[] text) throws CheckpointException {
        ObjectNode root = MAPPER.createObjectNode();
        try (JsonParser parser = MAPPER.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new CheckpointException(file + " must hold a JSON object");
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String key = parser.currentName();
                parser.nextToken();
                if (key.equals(skipped)) {
                    parser.skipChildren();
                } else {
                    root.set(key, PART.readTree(parser));
                }
            }
            return new JsonFile(file, root);
        } catch (JacksonException e) {
            throw invalid(file, e);
        }
    }

    private static CheckpointException invalid(String file, JacksonException e) {
        return new CheckpointException(
                file + " is not valid JSON (" + e.getOriginalMessage() + "); it may be damaged or half-written", e);
    }

    private static JsonNode parseNode(String file, byte[] text) throws CheckpointException {
        try {
            return MAPPER.readTree(text);
        } catch (JacksonException e) {
            throw invalid(file, e);
        }
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
        if (node.isPresent() && !node.get().isNumber()) {
            throw wrong(key, node.get(), "a number");
        }
        return node.map(JsonNode::doubleValue);
    }

    /** The whole number at {@code key}, between {@code min} and {@code max}. */
    public Optional<Integer> integer(String key, int min, int max) throws CheckpointException {
        Optional<JsonNode> node = find(key);
        if (node.isEmpty()) {
            return Optional.empty();
        }
        double value = node.get().isNumber() ? node.get().doubleValue() : Double.NaN;
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
