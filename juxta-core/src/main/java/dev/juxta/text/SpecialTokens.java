package dev.juxta.text;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.JsonFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The special tokens of a tokenizer that has no {@code tokenizer.json}: by role, as its class has them unless
 * {@code tokenizer_config.json} or {@code special_tokens_map.json} says otherwise, and those that were added later.
 *
 * @param byRole such as {@code cls_token}
 * @param added ids that the files give, by the token's text
 */
record SpecialTokens(Map<String, Token> byRole, Map<String, Added> added) {

    private static final int LARGEST_ID = 100_000_000;

    /** A special token: its text, whether it swallows the white space before and after it, and is found in normalized text. */
    record Token(String content, boolean left, boolean right, boolean normalized) {

        static Token of(String content) {
            return new Token(content, false, false, false);
        }

        /** As mask tokens are: {@code a <mask>} has the same tokens as {@code a<mask>}. */
        static Token swallowing(String content) {
            return new Token(content, true, false, false);
        }
    }

    record Added(int id, Token token, boolean special) {}

    static SpecialTokens read(CheckpointFiles files, Optional<JsonFile> config, Map<String, Token> defaults)
            throws IOException {
        Map<String, Token> byRole = new LinkedHashMap<>(defaults);
        Map<String, Added> added = new LinkedHashMap<>();
        Optional<JsonFile> ids = JsonFile.readIfPresent(files, "added_tokens.json");
        if (ids.isPresent()) {
            for (String token : ids.get().root().propertyNames()) {
                added.put(token, new Added(ids.get().requireInteger(token, 0, LARGEST_ID), Token.of(token), false));
            }
        }
        Optional<JsonFile> map = JsonFile.readIfPresent(files, "special_tokens_map.json");
        for (Optional<JsonFile> source : List.of(map, config)) {
            if (source.isPresent()) {
                for (String role : defaults.keySet()) {
                    token(source.get().root().path(role), byRole.get(role)).ifPresent(token -> byRole.put(role, token));
                }
            }
        }
        if (config.isPresent()) {
            addDecoder(config.get(), added);
        }
        return new SpecialTokens(byRole, added);
    }

    private static void addDecoder(JsonFile config, Map<String, Added> added) throws CheckpointException {
        Optional<JsonFile> decoder = config.object("added_tokens_decoder");
        if (decoder.isEmpty()) {
            return;
        }
        for (Map.Entry<String, JsonNode> entry : decoder.get().root().properties()) {
            Optional<Token> token = token(entry.getValue(), null);
            if (token.isEmpty() || !entry.getKey().matches("\\d{1,8}")) {
                throw new CheckpointException(config.file() + ": \"added_tokens_decoder\" gives the id \""
                        + entry.getKey() + "\" to no token; the file is damaged");
            }
            boolean special = entry.getValue().path("special").asBoolean(false);
            added.put(token.get().content, new Added(Integer.parseInt(entry.getKey()), token.get(), special));
        }
    }

    /** A token's text, with the manners of its default if it is the same; or an object with text and manners. */
    private static Optional<Token> token(JsonNode node, @Nullable Token otherwise) {
        if (node.isString()) {
            String content = node.stringValue();
            return Optional.of(
                    otherwise == null
                            ? Token.of(content)
                            : new Token(content, otherwise.left, otherwise.right, otherwise.normalized));
        }
        if (!node.path("content").isString()) {
            return Optional.empty();
        }
        return Optional.of(new Token(
                node.path("content").stringValue(),
                node.path("lstrip").asBoolean(false),
                node.path("rstrip").asBoolean(false),
                node.path("normalized").asBoolean(false)));
    }

    /** The text of the token that has a role. */
    String content(String role) {
        Token token = byRole.get(role);
        if (token == null) {
            throw new IllegalArgumentException("No token is the " + role);
        }
        return token.content;
    }

    /**
     * Gives every token an id: its own in the vocabulary, the one that the files name, or the next free one.
     *
     * @param vocabulary ids of the model's own pieces; completed by those of the tokens
     * @param pieces further tokens that are never cut, and whether each is special
     * @param to the list in {@code tokenizer.json}; in the order of the ids, as the native library counts by it
     */
    void place(Map<String, Integer> vocabulary, Map<String, Boolean> pieces, ArrayNode to) {
        Map<String, Added> all = new LinkedHashMap<>();
        pieces.forEach((piece, special) ->
                all.put(piece, new Added(vocabulary.getOrDefault(piece, 0), Token.of(piece), special)));
        int next =
                vocabulary.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
        for (Added token : added.values()) {
            next = Math.max(next, token.id);
            int id = vocabulary.getOrDefault(token.token.content, token.id);
            all.put(token.token.content, new Added(id, token.token, token.special));
        }
        for (Token token : byRole.values()) {
            Added known = all.get(token.content);
            int id = known == null ? vocabulary.getOrDefault(token.content, -1) : known.id;
            Added later = added.get(token.content);
            Token manners = later == null || token.left ? token : later.token;
            all.put(token.content, new Added(id < 0 ? ++next : id, manners, true));
        }
        List<Added> sorted = new ArrayList<>(all.values());
        sorted.sort(Comparator.comparingInt(Added::id));
        for (Added token : sorted) {
            vocabulary.put(token.token.content, token.id);
            add(to, token);
        }
    }

    private static void add(ArrayNode to, Added added) {
        ObjectNode node = to.addObject();
        node.put("id", added.id).put("content", added.token.content);
        node.put("single_word", false).put("lstrip", added.token.left).put("rstrip", added.token.right);
        node.put("normalized", added.token.normalized).put("special", added.special);
    }
}
