package dev.juxta.model;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.JsonFile;
import java.io.IOException;
import java.util.Optional;

/** The text around a pair that a chat model's tokenizer brings with it. */
final class ChatTemplate {

    private static final String CONFIG = "tokenizer_config.json";
    private static final String FILE = "chat_template.jinja";

    private ChatTemplate() {}

    /**
     * Refuses a model that reads its pairs through a template: without it, its scores would mean nothing.
     *
     * @param transformer {@code sentence_bert_config.json}, whose {@code modality_config} can turn the template off
     */
    static void refuse(CheckpointFiles files, Optional<JsonFile> transformer) throws IOException {
        Optional<JsonFile> modalities =
                transformer.isPresent() ? transformer.get().object("modality_config") : Optional.empty();
        if (modalities.isPresent() && !modalities.get().has("message")) {
            return;
        }
        Optional<JsonFile> config = JsonFile.readIfPresent(files, CONFIG);
        boolean inConfig = config.isPresent() && config.get().has("chat_template");
        if (inConfig || files.contains(FILE)) {
            throw new CheckpointException(files.describe(inConfig ? CONFIG : FILE)
                    + " has a chat template, through which the model is to read its pairs; that is not supported yet");
        }
    }
}
