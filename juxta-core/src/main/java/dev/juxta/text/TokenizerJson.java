package dev.juxta.text;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.text.PairTemplate.Part;
import dev.juxta.text.PairTemplate.Special;
import dev.juxta.text.PairTemplate.Text;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The description in a {@code tokenizer.json}. Its truncation and padding are left out: they are what its last user had
 * set, not part of the model; so is its decoder, which nothing here needs. Its template for pairs is applied here, after truncation, not by the native library.
 */
final class TokenizerJson {

    /** Real tokenizers nest some eight deep; at 128 the native library ends the process. */
    private static final int DEEPEST = 64;

    private final JsonFile json;

    TokenizerJson(JsonFile json) {
        ObjectNode root = json.root().deepCopy();
        root.putNull("truncation");
        root.putNull("padding");
        root.putNull("decoder"); // for the way back to text, which nobody goes here
        this.json = new JsonFile(json.file(), root);
    }

    String file() {
        return json.file();
    }

    /**
     * The description as the native library reads it.
     *
     * @throws CheckpointException if it has what makes that library end the process, which nothing can catch
     */
    byte[] toBytes() throws CheckpointException {
        requireReadable(json.root(), DEEPEST);
        ObjectNode root = json.root().deepCopy();
        ArrayNode trimming = root.arrayNode();
        trimmingSteps(root.path("post_processor"), trimming);
        root.putObject("post_processor").put("type", "Sequence").set("processors", trimming);
        return root.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Of the post-processor, what decides which characters a token stands for; templates are applied here instead. */
    private static void trimmingSteps(JsonNode processor, ArrayNode steps) {
        String type = processor.path("type").asString("");
        if (type.equals("ByteLevel") || type.equals("RobertaProcessing")) {
            steps.add(processor);
        } else if (type.equals("Sequence")) {
            processor.path("processors").forEach(step -> trimmingSteps(step, steps));
        }
    }

    private void requireReadable(JsonNode node, int depth) throws CheckpointException {
        if (depth == 0) {
            throw new CheckpointException(
                    json.file() + " nests deeper than the " + DEEPEST + " levels that a tokenizer may; it is damaged");
        }
        if (node.isNumber() && !Double.isFinite(node.asDouble(Double.NaN))) {
            throw new CheckpointException(json.file() + " has a number out of range; it is damaged");
        }
        if (node.path("type").asString("").equals("Precompiled") && !isCharacterMap(node)) {
            throw new CheckpointException(
                    json.file() + " has a Precompiled normalizer without a precompiled_charsmap; it is damaged");
        }
        for (JsonNode child : node) {
            requireReadable(child, depth - 1);
        }
    }

    /** Whether there is a SentencePiece map: in base 64, the length of a trie, the trie, and UTF-8 text. */
    private static boolean isCharacterMap(JsonNode normalizer) {
        try {
            byte[] bytes = Base64.getDecoder()
                    .decode(normalizer.path("precompiled_charsmap").asString(""));
            ByteBuffer map = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            int trie = map.getInt();
            map.position(map.position() + trie);
            StandardCharsets.UTF_8.newDecoder().decode(map);
            return trie > 0;
        } catch (IllegalArgumentException | BufferUnderflowException | CharacterCodingException e) {
            return false;
        }
    }

    /** The same tokenizer over texts in lower case; accents stay. */
    TokenizerJson withLowercase() {
        ObjectNode root = json.root().deepCopy();
        JsonNode normalizer = root.path("normalizer");
        ObjectNode sequence = root.objectNode().put("type", "Sequence");
        ArrayNode steps = sequence.putArray("normalizers");
        steps.addObject().put("type", "Lowercase");
        if (normalizer.isObject()) {
            steps.add(normalizer);
        }
        root.set("normalizer", sequence);
        return new TokenizerJson(new JsonFile(json.file(), root));
    }

    /** What the post-processor makes of a pair. */
    PairTemplate pairTemplate() throws CheckpointException {
        return pairTemplate(json.root().path("post_processor"));
    }

    private PairTemplate pairTemplate(JsonNode processor) throws CheckpointException {
        String type = processor.path("type").asString("");
        return switch (type) {
            case "TemplateProcessing" -> template(processor);
            case "BertProcessing" -> PairTemplate.bert(tokenId(processor, "cls"), tokenId(processor, "sep"));
            case "RobertaProcessing" -> PairTemplate.roberta(tokenId(processor, "cls"), tokenId(processor, "sep"));
            case "Sequence" -> ofSequence(processor.path("processors"));
            case "", "ByteLevel" -> PairTemplate.bare();
            default ->
                throw new CheckpointException(
                        json.file() + ": the post_processor \"" + type
                                + "\" is not supported; supported are TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel and Sequence");
        };
    }

    private PairTemplate ofSequence(JsonNode processors) throws CheckpointException {
        for (JsonNode step : processors) {
            if (!step.path("type").asString("").equals("ByteLevel")) {
                return pairTemplate(step);
            }
        }
        return PairTemplate.bare();
    }

    private int tokenId(JsonNode processor, String key) throws CheckpointException {
        JsonNode id = processor.path(key).path(1);
        return small(id, "\"" + key + "\" must be [token, id], and its id");
    }

    private int small(JsonNode number, String what) throws CheckpointException {
        if (!number.isInt() || number.intValue() < 0) {
            throw damaged(what + " is " + (number.isMissingNode() ? "missing" : number));
        }
        return number.intValue();
    }

    private PairTemplate template(JsonNode processor) throws CheckpointException {
        List<Part> parts = new ArrayList<>();
        for (JsonNode piece : processor.path("pair")) {
            JsonNode sequence = piece.path("Sequence");
            if (sequence.isObject()) {
                boolean second = sequence.path("id").asString("").equals("B");
                parts.add(new Text(second, small(sequence.path("type_id"), "the type_id of a text")));
            } else {
                JsonNode special = piece.path("SpecialToken");
                String name = special.path("id").asString("");
                JsonNode ids = processor.path("special_tokens").path(name).path("ids");
                if (!ids.isArray() || ids.isEmpty()) {
                    throw damaged("the template names the special token \"" + name + "\" and gives it no id");
                }
                int segment = small(special.path("type_id"), "the type_id of \"" + name + "\"");
                for (JsonNode id : ids) {
                    parts.add(new Special(small(id, "the id of \"" + name + "\""), segment));
                }
            }
        }
        try {
            return new PairTemplate(parts);
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(json.file() + ": the post_processor is damaged: " + e.getMessage(), e);
        }
    }

    private CheckpointException damaged(String what) {
        return new CheckpointException(json.file() + ": the post_processor is damaged: " + what);
    }
}
