package dev.juxta.text;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.text.SpecialTokens.Token;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tokenizers of RoBERTa, DeBERTa and Qwen2 from {@code vocab.json} and {@code merges.txt}: byte pairs merged by rank
 * (Radford et al. 2019), as transformers 4 brings them into the form of a {@code tokenizer.json}.
 */
record ByteLevelBpe(
        String file,
        Family family,
        JsonFile vocabulary,
        List<String> merges,
        SpecialTokens specials,
        boolean prefixSpace) {

    static final String VOCABULARY = "vocab.json";
    static final String MERGES = "merges.txt";

    private static final int LARGEST_ID = 100_000_000;

    /** How Qwen2 parts words; every digit stands alone. */
    private static final String QWEN2_SPLIT =
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
                    + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    /** Whose manner it is. */
    enum Family {
        ROBERTA(
                Set.of("RobertaTokenizer", "LongformerTokenizer", "BartTokenizer"),
                Set.of("roberta", "longformer", "bart", "xlm-roberta")),
        DEBERTA(Set.of("DebertaTokenizer"), Set.of("deberta")),
        QWEN2(Set.of("Qwen2Tokenizer"), Set.of("qwen2", "qwen3"));

        @SuppressWarnings("ImmutableEnumChecker") // Set.of is immutable, though its type does not say so
        private final Set<String> classes;

        @SuppressWarnings("ImmutableEnumChecker")
        private final Set<String> models;

        Family(Set<String> classes, Set<String> models) {
            this.classes = classes;
            this.models = models;
        }

        /** The family by its tokenizer's class, else by {@code model_type}. */
        static Optional<Family> of(Optional<String> tokenizerClass, Optional<String> modelType) {
            return Arrays.stream(values())
                    .filter(family -> tokenizerClass.isPresent()
                            ? family.classes.contains(tokenizerClass.get())
                            : modelType.filter(family.models::contains).isPresent())
                    .findFirst();
        }

        Map<String, Token> roles() {
            return switch (this) {
                case ROBERTA -> robertaRoles();
                case DEBERTA -> debertaRoles();
                case QWEN2 -> qwen2Roles();
            };
        }
    }

    static ByteLevelBpe read(CheckpointFiles files, Optional<JsonFile> config, Optional<String> modelType)
            throws IOException {
        String file = files.describe(VOCABULARY);
        Optional<String> name = config.isPresent()
                ? config.get().text("tokenizer_class").map(text -> text.replaceFirst("Fast$", ""))
                : Optional.empty();
        Family family = Family.of(name, modelType)
                .orElseThrow(() -> new CheckpointException(file + " is the only tokenizer, and how \""
                        + name.or(() -> modelType).orElse("")
                        + "\" uses it is not known; add a tokenizer.json, which save_pretrained() writes"));
        if (!files.contains(MERGES)) {
            throw new CheckpointException(files.describe(MERGES) + " is missing, and " + VOCABULARY + " needs it");
        }
        String text = new String(files.read(MERGES), StandardCharsets.UTF_8);
        List<String> merges = text.lines()
                .filter(line -> !line.startsWith("#version") && !line.isBlank())
                .toList();
        SpecialTokens specials = SpecialTokens.read(files, config, family.roles());
        boolean prefixSpace =
                config.isPresent() && config.get().flag("add_prefix_space").orElse(false);
        return new ByteLevelBpe(file, family, JsonFile.read(files, VOCABULARY), merges, specials, prefixSpace);
    }

    private static Map<String, Token> robertaRoles() {
        Map<String, Token> roles = new LinkedHashMap<>();
        roles.put("bos_token", Token.of("<s>"));
        roles.put("eos_token", Token.of("</s>"));
        roles.put("unk_token", Token.of("<unk>"));
        roles.put("sep_token", Token.of("</s>"));
        roles.put("pad_token", Token.of("<pad>"));
        roles.put("cls_token", Token.of("<s>"));
        roles.put("mask_token", Token.swallowing("<mask>"));
        return roles;
    }

    private static Map<String, Token> debertaRoles() {
        Map<String, Token> roles = new LinkedHashMap<>();
        roles.put("bos_token", Token.of("[CLS]"));
        roles.put("eos_token", Token.of("[SEP]"));
        roles.put("unk_token", Token.of("[UNK]"));
        roles.put("sep_token", Token.of("[SEP]"));
        roles.put("pad_token", Token.of("[PAD]"));
        roles.put("cls_token", Token.of("[CLS]"));
        roles.put("mask_token", Token.swallowing("[MASK]"));
        return roles;
    }

    private static Map<String, Token> qwen2Roles() {
        Map<String, Token> roles = new LinkedHashMap<>();
        roles.put("eos_token", Token.of("<|endoftext|>"));
        roles.put("unk_token", Token.of("<|endoftext|>"));
        roles.put("pad_token", Token.of("<|endoftext|>"));
        return roles;
    }

    /** The same tokenizer in the form of a {@code tokenizer.json}. */
    JsonFile toTokenizerJson() throws CheckpointException {
        Map<String, Integer> ids = new LinkedHashMap<>();
        for (String piece : vocabulary.root().propertyNames()) {
            ids.put(piece, vocabulary.requireInteger(piece, 0, LARGEST_ID));
        }
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("version", "1.0");
        ObjectNode model = root.putObject("model")
                .put("type", "BPE")
                .put("continuing_subword_prefix", "")
                .put("end_of_word_suffix", "")
                .put("fuse_unk", false);
        ObjectNode vocab = model.putObject("vocab");
        ids.forEach(vocab::put);
        ArrayNode pairs = model.putArray("merges");
        merges.forEach(pairs::add);
        specials.place(ids, Map.of(), root.putArray("added_tokens"));
        if (family == Family.QWEN2) {
            root.putObject("normalizer").put("type", "NFC");
            ArrayNode steps =
                    root.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
            ObjectNode split = steps.addObject()
                    .put("type", "Split")
                    .put("behavior", "Isolated")
                    .put("invert", false);
            split.putObject("pattern").put("Regex", QWEN2_SPLIT);
            byteLevel(steps.addObject(), false, false);
            byteLevel(root.putObject("post_processor"), false, false);
            return new JsonFile(file, root);
        }
        byteLevel(root.putObject("pre_tokenizer"), true, true);
        Templates.Token cls = token(ids, "cls_token");
        Templates.Token sep = token(ids, "sep_token");
        root.set(
                "post_processor",
                family == Family.DEBERTA ? Templates.bert(root, cls, sep) : Templates.roberta(root, cls, sep));
        return new JsonFile(file, root);
    }

    private void byteLevel(ObjectNode step, boolean trim, boolean splits) {
        step.put("type", "ByteLevel")
                .put("add_prefix_space", prefixSpace)
                .put("trim_offsets", trim)
                .put("use_regex", splits);
    }

    private Templates.Token token(Map<String, Integer> ids, String role) {
        String content = specials.content(role);
        return new Templates.Token(content, ids.getOrDefault(content, 0));
    }
}
