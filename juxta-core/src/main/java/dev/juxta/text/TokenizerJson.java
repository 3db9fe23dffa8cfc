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
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The description in a {@code tokenizer.json}. Its truncation and padding are what its last user had set, not part of
 * the model, and are left out; so is its decoder, which nothing here needs. Its template for pairs is applied here, after
 * truncation, not by the native library; the large part, the vocabulary, is copied to that library unread.
 */
final class TokenizerJson {

    private static final String MODEL = "model";

    /** Real tokenizers nest some eight deep; at 128 the native library ends the process. */
    private static final int DEEPEST = 64;

    private final String file;
    private final ObjectNode parts; // all but the model
    private final String model; // JSON

    private TokenizerJson(String file, ObjectNode parts, String model) {
        this.file = file;
        this.parts = parts;
        this.model = model;
    }

    /** Reads the description in a file of a checkpoint. */
    static TokenizerJson read(CheckpointFiles files, String name) throws IOException {
        return of(files.describe(name), files.read(name));
    }

    /** The description that a tree holds. */
    static TokenizerJson of(JsonFile json) throws CheckpointException {
        return of(json.file(), json.root().toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads a description.
     *
     * @throws CheckpointException if it has what makes the native library end the process, which nothing can catch
     */
    private static TokenizerJson of(String file, byte[] bytes) throws CheckpointException {
        JsonFile.requireShallow(file, bytes, DEEPEST);
        JsonFile.Split split = JsonFile.split(file, bytes, MODEL);
        ObjectNode parts = split.rest().root();
        for (String unused : List.of("truncation", "padding", "decoder")) {
            parts.putNull(unused);
        }
        if (!CharacterMap.allReadable(parts)) {
            throw new CheckpointException(
                    file + " has a Precompiled normalizer without a precompiled_charsmap; it is damaged");
        }
        return new TokenizerJson(file, parts, split.value());
    }

    String file() {
        return file;
    }

    /** The description as the native library reads it: without templates, over which it can end the process. */
    String toJson() {
        ObjectNode described = parts.deepCopy();
        ArrayNode trimming =
                described.putObject("post_processor").put("type", "Sequence").putArray("processors");
        addTrimming(parts.path("post_processor"), trimming);
        String rest = described.toString();
        return rest.substring(0, rest.length() - 1) + ",\"" + MODEL + "\":" + model + "}";
    }

    /** Of the post-processor, what decides which characters a token stands for; templates are applied here instead. */
    private static void addTrimming(JsonNode processor, ArrayNode steps) {
        String type = processor.path("type").asString("");
        if (type.equals("ByteLevel") || type.equals("RobertaProcessing")) {
            steps.add(processor);
        } else if (type.equals("Sequence")) {
            processor.path("processors").forEach(step -> addTrimming(step, steps));
        }
    }

    /** What the model says beside its vocabulary, as {@code type}, {@code unk_token} or {@code unk_id}. */
    JsonFile scalars() throws CheckpointException {
        return JsonFile.scalars(file, model.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A memory for words, where the tokenizer reads them one by one.
     *
     * @param scalars of the model
     */
    Optional<WordCache> wordCache(JsonFile scalars) throws CheckpointException {
        return WordCache.of(parts, scalars);
    }

    /** The same tokenizer over texts in lower case; accents stay. */
    TokenizerJson withLowercase() {
        ObjectNode lowered = parts.deepCopy();
        JsonNode normalizer = parts.path("normalizer");
        ObjectNode sequence = lowered.putObject("normalizer").put("type", "Sequence");
        ArrayNode steps = sequence.putArray("normalizers");
        steps.addObject().put("type", "Lowercase");
        if (normalizer.isObject()) {
            steps.add(normalizer);
        }
        return new TokenizerJson(file, lowered, model);
    }

    /** What the post-processor makes of a pair. */
    PairTemplate pairTemplate() throws CheckpointException {
        JsonNode processor = templating(parts.path("post_processor"));
        String type = processor.path("type").asString("");
        return switch (type) {
            case "TemplateProcessing" -> pairTemplate(processor);
            case "BertProcessing" -> PairTemplate.bert(tokenId(processor, "cls"), tokenId(processor, "sep"));
            case "RobertaProcessing" -> PairTemplate.roberta(tokenId(processor, "cls"), tokenId(processor, "sep"));
            case "", "ByteLevel" -> PairTemplate.bare();
            default ->
                throw new CheckpointException(
                        file + ": the post_processor \"" + type
                                + "\" is not supported; supported are TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel and Sequence");
        };
    }

    /** What the post-processor makes of one text; empty where it has a template, and not one that has the text once. */
    Optional<TextTemplate> textTemplate() throws CheckpointException {
        JsonNode processor = templating(parts.path("post_processor"));
        String type = processor.path("type").asString("");
        if (type.equals("BertProcessing") || type.equals("RobertaProcessing")) {
            return Optional.of(TextTemplate.between(tokenId(processor, "cls"), tokenId(processor, "sep")));
        }
        if (!type.equals("TemplateProcessing")) {
            return Optional.of(TextTemplate.bare());
        }
        try {
            return Optional.of(new TextTemplate(templateParts(processor, "single")));
        } catch (CheckpointException | IllegalArgumentException e) {
            return Optional.empty(); // of no consequence for pairs
        }
    }

    /** Of a sequence of post-processors the one that is a template, if any. */
    private static JsonNode templating(JsonNode processor) {
        if (!processor.path("type").asString("").equals("Sequence")) {
            return processor;
        }
        for (JsonNode step : processor.path("processors")) {
            if (!step.path("type").asString("").equals("ByteLevel")) {
                return templating(step);
            }
        }
        return MissingNode.getInstance();
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

    private PairTemplate pairTemplate(JsonNode processor) throws CheckpointException {
        try {
            return new PairTemplate(templateParts(processor, "pair"));
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(file + ": the post_processor is damaged: " + e.getMessage(), e);
        }
    }

    private List<Part> templateParts(JsonNode processor, String key) throws CheckpointException {
        List<Part> parts = new ArrayList<>();
        for (JsonNode piece : processor.path(key)) {
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
        return parts;
    }

    private CheckpointException damaged(String what) {
        return new CheckpointException(file + ": the post_processor is damaged: " + what);
    }
}
