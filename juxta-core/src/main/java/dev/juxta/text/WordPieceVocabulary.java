package dev.juxta.text;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.JsonFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * BERT's tokenizer, and MPNet's, from {@code vocab.txt}, one token a line, for checkpoints that are older than
 * {@code tokenizer.json}; {@code tokenizer_config.json} decides case, accents and special tokens.
 *
 * @param file how messages name the vocabulary
 * @param ids id of each token
 * @param config what {@code tokenizer_config.json} says
 * @param mpnet whether special tokens and pairs are MPNet's
 */
record WordPieceVocabulary(String file, Map<String, Integer> ids, Optional<JsonFile> config, boolean mpnet) {

    /** Longer words become [UNK], as in the original. */
    private static final int LONGEST_WORD = 100;

    private static final List<String> SPECIAL_KEYS =
            List.of("pad_token", "unk_token", "cls_token", "sep_token", "mask_token");

    private static final List<String> NEEDED_KEYS = List.of("unk_token", "cls_token", "sep_token");

    private static final Map<String, String> DEFAULTS = Map.of(
            "pad_token", "[PAD]",
            "unk_token", "[UNK]",
            "cls_token", "[CLS]",
            "sep_token", "[SEP]",
            "mask_token", "[MASK]");

    private static final Map<String, String> MPNET_DEFAULTS = Map.of(
            "pad_token", "<pad>",
            "unk_token", "[UNK]",
            "cls_token", "<s>",
            "sep_token", "</s>",
            "mask_token", "<mask>");

    static WordPieceVocabulary read(CheckpointFiles files, String name, Optional<JsonFile> config, boolean mpnet)
            throws IOException {
        String file = files.describe(name);
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(files.read(name)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CheckpointException(file + " is not UTF-8 text; it may be damaged", e);
        }
        Map<String, Integer> ids = new LinkedHashMap<>();
        String[] lines = text.split("\n", -1);
        int count = lines[lines.length - 1].isEmpty() ? lines.length - 1 : lines.length;
        for (int id = 0; id < count; id++) {
            String line = lines[id];
            ids.put(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line, id);
        }
        return new WordPieceVocabulary(file, ids, config, mpnet);
    }

    /** The same tokenizer in the form of a {@code tokenizer.json}. */
    JsonFile toTokenizerJson() throws CheckpointException {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("version", "1.0");
        ArrayNode added = root.putArray("added_tokens");
        for (String key : SPECIAL_KEYS) {
            if (NEEDED_KEYS.contains(key) || ids.containsKey(special(key))) {
                addSpecial(added, special(key), mpnet && key.equals("mask_token"));
            }
        }
        root.set("normalizer", normalizer(root));
        root.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
        root.set("post_processor", postProcessor(root));
        root.putObject("decoder").put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
        ObjectNode model = root.putObject("model")
                .put("type", "WordPiece")
                .put("unk_token", special("unk_token"))
                .put("continuing_subword_prefix", "##")
                .put("max_input_chars_per_word", LONGEST_WORD);
        ObjectNode vocabulary = model.putObject("vocab");
        ids.forEach(vocabulary::put);
        return new JsonFile(file, root);
    }

    private void addSpecial(ArrayNode added, String token, boolean swallows) throws CheckpointException {
        added.addObject()
                .put("id", id(token))
                .put("content", token)
                .put("single_word", false)
                .put("lstrip", swallows)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true);
    }

    private ObjectNode normalizer(ObjectNode factory) throws CheckpointException {
        ObjectNode normalizer = factory.objectNode()
                .put("type", "BertNormalizer")
                .put("clean_text", true)
                .put("handle_chinese_chars", flag("tokenize_chinese_chars", true))
                .put("lowercase", flag("do_lower_case", true));
        Optional<Boolean> stripAccents = config.isPresent() ? config.get().flag("strip_accents") : Optional.empty();
        if (stripAccents.isPresent()) {
            normalizer.put("strip_accents", stripAccents.get());
        } else {
            normalizer.putNull("strip_accents"); // follows the case: stripped where texts are put into lower case
        }
        return normalizer;
    }

    private ObjectNode postProcessor(ObjectNode factory) throws CheckpointException {
        Templates.Token cls = new Templates.Token(special("cls_token"), id(special("cls_token")));
        Templates.Token sep = new Templates.Token(special("sep_token"), id(special("sep_token")));
        return mpnet ? Templates.roberta(factory, cls, sep) : Templates.bert(factory, cls, sep);
    }

    private boolean flag(String key, boolean otherwise) throws CheckpointException {
        return config.isPresent() ? config.get().flag(key).orElse(otherwise) : otherwise;
    }

    /** A special token's text, written as it is or as an object with its {@code content}. */
    private String special(String key) {
        JsonNode node = config.isPresent()
                ? config.get().root().path(key)
                : JsonMapper.shared().nullNode();
        JsonNode content = node.isObject() ? node.path("content") : node;
        String fallback = (mpnet ? MPNET_DEFAULTS : DEFAULTS).getOrDefault(key, "");
        return content.isString() ? content.asString() : fallback;
    }

    private int id(String token) throws CheckpointException {
        Integer id = ids.get(token);
        if (id == null) {
            throw new CheckpointException(file + " has no line \"" + token + "\", which the tokenizer needs");
        }
        return id;
    }
}
