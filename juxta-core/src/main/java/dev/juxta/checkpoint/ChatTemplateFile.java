package dev.juxta.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The chat template that a tokenizer brings with it, through which sentence-transformers has a model read its pairs.
 *
 * @param file how messages name where it was found
 * @param source the template, in Jinja's language
 * @param structured whether a message's content is a list of parts, {@code [{"type": "text", "text": …}]}
 * @param variables what the template is told besides the messages: special tokens, and {@code processing_kwargs}
 * @param restoresTail whether what the template puts after the texts is kept where a pair is cut
 * @param cutsLeft whether what is too long is cut at its beginning
 */
public record ChatTemplateFile(
        String file,
        String source,
        boolean structured,
        Map<String, @Nullable Object> variables,
        boolean restoresTail,
        boolean cutsLeft) {

    private static final String CONFIG = "tokenizer_config.json";
    private static final String FILE = "chat_template.jinja";

    /** By these, sentence-transformers takes a template for one of structured content. */
    private static final List<String> STRUCTURED =
            List.of("content[0]", ".type", "'type'", "\"type\"", "item.type", "message.content[");

    /** Of {@code processing_kwargs}, what is not the template's. */
    private static final Set<String> NOT_FOR_THE_TEMPLATE =
            Set.of("padding", "truncation", "max_length", "return_tensors", "restore_suffix");

    /**
     * The template of a checkpoint, if it has one that counts.
     *
     * @param transformer {@code sentence_bert_config.json}, whose {@code modality_config} can turn the template off
     */
    public static Optional<ChatTemplateFile> read(CheckpointFiles files, Optional<JsonFile> transformer)
            throws IOException {
        Optional<JsonFile> modalities =
                transformer.isPresent() ? transformer.get().object("modality_config") : Optional.empty();
        Optional<JsonFile> message = modalities.isPresent() ? modalities.get().object("message") : Optional.empty();
        if (modalities.isPresent() && message.isEmpty()) {
            return Optional.empty();
        }
        Optional<JsonFile> config = JsonFile.readIfPresent(files, CONFIG);
        Optional<String> source = source(files, config);
        if (source.isEmpty()) {
            return Optional.empty();
        }
        String format = message.isPresent() ? message.get().text("format").orElse("auto") : "auto";
        Optional<JsonFile> processing =
                transformer.isPresent() ? transformer.get().object("processing_kwargs") : Optional.empty();
        Optional<JsonFile> arguments =
                processing.isPresent() ? processing.get().object("chat_template") : Optional.empty();
        return Optional.of(new ChatTemplateFile(
                files.describe(files.contains(FILE) ? FILE : CONFIG),
                source.get(),
                format.equals("auto")
                        ? STRUCTURED.stream().anyMatch(source.get()::contains)
                        : format.equals("structured"),
                variables(config, arguments),
                arguments.isEmpty() || arguments.get().flag("restore_suffix").orElse(true),
                config.isPresent()
                        && config.get().text("truncation_side").orElse("right").equals("left")));
    }

    private static Optional<String> source(CheckpointFiles files, Optional<JsonFile> config) throws IOException {
        if (files.contains(FILE)) {
            return Optional.of(new String(files.read(FILE), StandardCharsets.UTF_8));
        }
        if (config.isEmpty() || !config.get().has("chat_template")) {
            return Optional.empty();
        }
        JsonNode named = config.get().root().path("chat_template");
        if (!named.isArray()) {
            return config.get().text("chat_template");
        }
        for (JsonNode one : named) {
            if (one.path("name").asString("").equals("default")) {
                return Optional.of(one.path("template").asString(""));
            }
        }
        throw new CheckpointException(
                config.get().file() + " has several chat templates, and none of them is named \"default\"");
    }

    private static Map<String, @Nullable Object> variables(Optional<JsonFile> config, Optional<JsonFile> arguments) {
        Map<String, @Nullable Object> variables = new LinkedHashMap<>();
        variables.put("tools", null);
        variables.put("documents", null);
        variables.put("add_generation_prompt", false);
        if (config.isPresent()) {
            for (String key : List.of(
                    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token")) {
                JsonNode token = config.get().root().path(key);
                String text = (token.isObject() ? token.path("content") : token).asString("");
                if (!text.isEmpty()) {
                    variables.put(key, text);
                }
            }
        }
        if (arguments.isPresent()) {
            for (String key : arguments.get().root().propertyNames()) {
                if (!NOT_FOR_THE_TEMPLATE.contains(key)) {
                    variables.put(key, plain(arguments.get().root().path(key)));
                }
            }
        }
        return variables;
    }

    private static @Nullable Object plain(JsonNode node) {
        if (node.isArray()) {
            return node.valueStream().map(ChatTemplateFile::plain).toList();
        }
        if (node.isObject()) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            node.propertyNames().forEach(name -> map.put(name, plain(node.path(name))));
            return map;
        }
        if (node.isNull()) {
            return null;
        }
        return node.isBoolean() ? node.booleanValue() : node.isNumber() ? node.numberValue() : node.asString("");
    }
}
