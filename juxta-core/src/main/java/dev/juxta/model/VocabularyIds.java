package dev.juxta.model;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.JsonFile;
import java.io.IOException;
import java.util.Optional;

/**
 * The ids of whole tokens in a vocabulary of token → id.
 *
 * @param location for messages
 */
record VocabularyIds(String location, JsonFile vocabulary) {

    /** Reads the vocabulary of {@code tokenizer.json}, or {@code vocab.json}. */
    static VocabularyIds read(CheckpointFiles files) throws IOException {
        Optional<JsonFile> tokenizer = JsonFile.readIfPresent(files, "tokenizer.json");
        Optional<JsonFile> model = tokenizer.isPresent() ? tokenizer.get().object("model") : Optional.empty();
        Optional<JsonFile> vocabulary =
                model.isPresent() ? model.get().object("vocab") : JsonFile.readIfPresent(files, "vocab.json");
        return new VocabularyIds(
                files.location(),
                vocabulary.orElseThrow(
                        () -> new CheckpointException(files.location() + " has no vocabulary of tokens by name")));
    }

    int of(String token) throws CheckpointException {
        return vocabulary
                .integer(token, 0, Integer.MAX_VALUE)
                .orElseThrow(() -> new CheckpointException(location + " is a text generator that is to be scored by its"
                        + " logits of \"yes\" and \"no\", and its vocabulary has no token \"" + token + "\""));
    }
}
