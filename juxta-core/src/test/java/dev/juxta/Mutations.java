package dev.juxta;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Ways in which files come to harm. */
final class Mutations {

    private static final int LENGTH_BYTES = 8;

    /** Values that somebody who wrote a reader did not think of. */
    private static final List<String> ODD_VALUES = List.of(
            "null",
            "true",
            "0",
            "1",
            "-1",
            "3",
            "0.5",
            "-2.5e-7",
            "127",
            "65536",
            "2147483647",
            "2147483648",
            "-2147483649",
            "4294967296",
            "9223372036854775807",
            "9223372036854775808",
            "1e30",
            "1e400",
            "-1e400",
            "1" + "0".repeat(400),
            "NaN",
            "-Infinity",
            "\"\"",
            "\"x\"",
            "\"0\"",
            "\"[UNK]\"",
            "\"\\u0000\\u001b[31m\\n\"",
            "\"\\ud800\"",
            "[]",
            "{}",
            "[[]]",
            "[null]",
            "[-1]",
            "[0, 1]",
            "{\"type\": \"Sequence\"}",
            "{\"0\": 0}",
            "[".repeat(2000) + "]".repeat(2000),
            "{\"a\":".repeat(300) + "1" + "}".repeat(300));

    private Mutations() {}

    /** Flips, cuts, doubles or inserts bytes, most often near the beginning, where headers and keys are. */
    static byte[] ofBytes(byte[] content, Random random) {
        if (content.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int reach = random.nextBoolean() ? content.length : Math.min(content.length, 400);
        int at = random.nextInt(reach);
        int length = Math.min(content.length - at, 1 + random.nextInt(12));
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return switch (random.nextInt(6)) {
            case 0 -> flip(content, at, 1 << random.nextInt(8));
            case 1 -> Arrays.copyOf(content, at);
            case 2 -> spliced(content, at, at, noise);
            case 3 -> spliced(content, at, at + length, noise);
            case 4 -> spliced(content, at, at + length, new byte[0]);
            default -> spliced(content, at, at, Arrays.copyOfRange(content, at, at + length));
        };
    }

    private static byte[] flip(byte[] content, int at, int mask) {
        byte[] changed = content.clone();
        changed[at] ^= (byte) mask;
        return changed;
    }

    private static byte[] spliced(byte[] content, int from, int to, byte[] middle) {
        return ByteBuffer.allocate(content.length - (to - from) + middle.length)
                .put(content, 0, from)
                .put(middle)
                .put(content, to, content.length - to)
                .array();
    }

    /** Replaces, drops or moves a node of a JSON document; one that is no JSON any more comes to harm byte by byte. */
    static byte[] ofJson(byte[] content, Random random) {
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(content);
        } catch (JacksonException e) {
            return ofBytes(content, random);
        }
        String mark = "\"mutated-here\"";
        String value = ODD_VALUES.get(random.nextInt(ODD_VALUES.size()));
        JsonNode parent = descend(root, random);
        if (parent instanceof ObjectNode object && !object.isEmpty()) {
            List<String> keys = List.copyOf(object.propertyNames());
            String key = keys.get(random.nextInt(keys.size()));
            switch (random.nextInt(6)) {
                case 0 -> object.remove(key);
                case 1 -> object.set(key, object.get(keys.get(random.nextInt(keys.size()))));
                case 2 -> object.set(key + "x", object.remove(key));
                default -> object.put(key, "mutated-here");
            }
        } else if (parent instanceof ArrayNode array && !array.isEmpty()) {
            int index = random.nextInt(array.size());
            switch (random.nextInt(4)) {
                case 0 -> array.remove(index);
                case 1 -> array.add(array.get(index));
                default -> array.set(index, "mutated-here");
            }
        } else {
            return value.getBytes(StandardCharsets.UTF_8);
        }
        return root.toString().replace(mark, value).getBytes(StandardCharsets.UTF_8);
    }

    /** A container in the tree; deep ones are as likely as shallow ones, though vocabularies are wide. */
    private static JsonNode descend(JsonNode root, Random random) {
        JsonNode node = root;
        while (random.nextInt(4) > 0) {
            List<JsonNode> children = new ArrayList<>();
            node.forEach(child -> {
                if (child.isContainer() && !child.isEmpty()) {
                    children.add(child);
                }
            });
            if (children.isEmpty()) {
                return node;
            }
            node = children.get(random.nextInt(children.size()));
        }
        return node;
    }

    /** Damages the header as JSON, its length, or the numbers. */
    static byte[] ofSafetensors(byte[] content, Random random) {
        ByteBuffer file = ByteBuffer.wrap(content.clone()).order(ByteOrder.LITTLE_ENDIAN);
        int headerLength = (int) file.getLong(0);
        int dataStart = LENGTH_BYTES + headerLength;
        switch (random.nextInt(6)) {
            case 0 -> {
                long[] lengths = {0, 1, -1, headerLength - 1, headerLength + 1, 1L << 60, Long.MIN_VALUE, content.length
                };
                return file.putLong(0, lengths[random.nextInt(lengths.length)]).array();
            }
            case 1 -> {
                return Arrays.copyOf(content, random.nextInt(content.length));
            }
            case 2 -> {
                int at = dataStart + random.nextInt(content.length - dataStart);
                for (int i = at; i < Math.min(content.length, at + 256); i++) {
                    file.put(i, (byte) random.nextInt());
                }
                return file.array();
            }
            default -> {
                byte[] header = Arrays.copyOfRange(content, LENGTH_BYTES, dataStart);
                byte[] damaged = ofJson(header, random);
                return ByteBuffer.allocate(LENGTH_BYTES + damaged.length + content.length - dataStart)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(damaged.length)
                        .put(damaged)
                        .put(content, dataStart, content.length - dataStart)
                        .array();
            }
        }
    }
}
