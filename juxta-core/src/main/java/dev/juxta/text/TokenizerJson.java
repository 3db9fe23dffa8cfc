package dev.juxta.text;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.text.PairTemplate.Part;
import dev.juxta.text.PairTemplate.Special;
import dev.juxta.text.PairTemplate.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The description in a {@code tokenizer.json}. Its truncation and padding are what its last user had set, not part of
 * the model, and are ignored. Its template for pairs is applied here, after truncation, not by the native library; the
 * large part, the vocabulary, is left to that library.
 */
final class TokenizerJson {

    private static final String MODEL = "model";

    private final String file;
    private final byte[] bytes;
    private final ObjectNode parts; // all but the model

    private TokenizerJson(String file, byte[] bytes, ObjectNode parts) {
        this.file = file;
        this.bytes = bytes;
        this.parts = parts;
    }

    /** Reads the description in a file of a checkpoint. */
    static TokenizerJson read(CheckpointFiles files, String name) throws IOException {
        return of(files.describe(name), files.read(name));
    }

    /** The description that a tree holds. */
    static TokenizerJson of(JsonFile json) throws CheckpointException {
        return of(json.file(), json.root().toString().getBytes(StandardCharsets.UTF_8));
    }

    private static TokenizerJson of(String file, byte[] bytes) throws CheckpointException {
        return new TokenizerJson(
                file, bytes, JsonFile.parseWithout(MODEL, file, bytes).root());
    }

    String file() {
        return file;
    }

    byte[] bytes() {
        return bytes;
    }

    /** The same tokenizer over texts in lower case; accents stay. */
    TokenizerJson withLowercase() throws CheckpointException {
        JsonFile json = JsonFile.parse(file, bytes);
        ObjectNode root = json.root();
        JsonNode normalizer = root.path("normalizer");
        ObjectNode sequence = root.objectNode().put("type", "Sequence");
        ArrayNode steps = sequence.putArray("normalizers");
        steps.addObject().put("type", "Lowercase");
        if (normalizer.isObject()) {
            steps.add(normalizer);
        }
        root.set("normalizer", sequence);
        return of(json);
    }

    /** What the post-processor makes of a pair. */
    PairTemplate pairTemplate() throws CheckpointException {
        return pairTemplate(parts.path("post_processor"));
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
                        file + ": the post_processor \"" + type
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
        if (!id.isInt()) {
            throw damaged("\"" + key + "\" is not [token, id]");
        }
        return id.intValue();
    }

    private PairTemplate template(JsonNode processor) throws CheckpointException {
        List<Part> parts = new ArrayList<>();
        for (JsonNode piece : processor.path("pair")) {
            JsonNode sequence = piece.path("Sequence");
            if (sequence.isObject()) {
                parts.add(new Text(
                        sequence.path("id").asString("").equals("B"),
                        sequence.path("type_id").asInt(0)));
            } else {
                JsonNode special = piece.path("SpecialToken");
                String name = special.path("id").asString("");
                JsonNode ids = processor.path("special_tokens").path(name).path("ids");
                if (ids.isEmpty()) {
                    throw damaged("the template names the special token \"" + name + "\" and gives it no id");
                }
                ids.valueStream()
                        .forEach(id -> parts.add(
                                new Special(id.asInt(0), special.path("type_id").asInt(0))));
            }
        }
        try {
            return new PairTemplate(parts);
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(file + ": the post_processor is damaged: " + e.getMessage(), e);
        }
    }

    private CheckpointException damaged(String what) {
        return new CheckpointException(file + ": the post_processor is damaged: " + what);
    }
}
