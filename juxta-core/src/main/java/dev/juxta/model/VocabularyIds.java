package dev.juxta.model;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.text.TokenizerFiles;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/**
 * The ids of whole tokens.
 *
 * @param location for messages
 */
record VocabularyIds(String location, Map<String, Integer> ids) {

    /** Reads the vocabulary of a checkpoint's tokenizer. */
    static VocabularyIds read(CheckpointFiles files) throws IOException {
        Map<String, Integer> ids = new HashMap<>();
        JsonNode root = TokenizerFiles.json(files).root();
        addVocabulary(root.path("model").path("vocab"), ids);
        for (JsonNode added : root.path("added_tokens")) {
            add(added.path("content").asString(""), added.path("id"), ids);
        }
        if (ids.isEmpty()) {
            throw new CheckpointException(files.location() + " has no vocabulary of tokens by name");
        }
        return new VocabularyIds(files.location(), ids);
    }

    /** Token → id, or for unigram models a list of [token, score]. */
    private static void addVocabulary(JsonNode vocabulary, Map<String, Integer> ids) {
        if (vocabulary.isObject()) {
            vocabulary.properties().forEach(entry -> add(entry.getKey(), entry.getValue(), ids));
        }
        if (vocabulary.isArray()) {
            for (int i = 0; i < vocabulary.size(); i++) {
                ids.put(vocabulary.get(i).path(0).asString(""), i);
            }
        }
    }

    private static void add(String token, JsonNode id, Map<String, Integer> ids) {
        if (id.isInt() && id.intValue() >= 0) {
            ids.put(token, id.intValue());
        }
    }

    /** The id of a token, if the vocabulary has it. */
    OptionalInt find(String token) {
        Integer id = ids.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    int of(String token) throws CheckpointException {
        return find(token)
                .orElseThrow(() -> new CheckpointException(location + " is a text generator that is to be scored by its"
                        + " logits of \"yes\" and \"no\", and its vocabulary has no token \"" + token + "\""));
    }
}
