package dev.juxta.text;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.text.SentencePieceModel.Piece;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tokenizer of a checkpoint that has a SentencePiece model and no {@code tokenizer.json}, brought into that form as
 * transformers 4 does it ({@code convert_slow_tokenizer.py}).
 */
record SentencePieceTokenizer(
        String file,
        SentencePieceFamily family,
        SentencePieceModel model,
        SpecialTokens specials,
        Optional<JsonFile> config) {

    static final List<String> FILES =
            List.of("sentencepiece.bpe.model", "spm.model", "spiece.model", "tokenizer.model");

    /** What stands for a space. */
    private static final String SPACE = "\u2581";

    static SentencePieceTokenizer read(
            CheckpointFiles files, String name, Optional<JsonFile> config, Optional<String> modelType)
            throws IOException {
        String file = files.describe(name);
        Optional<String> tokenizerClass = config.isPresent() ? config.get().text("tokenizer_class") : Optional.empty();
        SentencePieceFamily family = SentencePieceFamily.of(tokenizerClass, modelType)
                .orElseThrow(() -> new CheckpointException(file + " is the only tokenizer, and how \""
                        + tokenizerClass.or(() -> modelType).orElse("")
                        + "\" uses it is not known; add a tokenizer.json, which save_pretrained() writes"));
        SentencePieceModel model = SentencePieceModel.parse(file, files.read(name));
        SpecialTokens specials = SpecialTokens.read(files, config, family.roles());
        return new SentencePieceTokenizer(file, family, model, specials, config);
    }

    /** The same tokenizer in the form of a {@code tokenizer.json}. */
    JsonFile toTokenizerJson() throws CheckpointException {
        List<Piece> pieces = new ArrayList<>(family.pieces(model.pieces()));
        family.extra().forEach(text -> pieces.add(new Piece(text, 0, 1)));
        int unknown = family.unknown(model);
        if (unknown < 0 || unknown >= pieces.size()) {
            throw new CheckpointException(file + " has " + pieces.size() + " pieces and none for the unknown at "
                    + unknown + "; it is damaged");
        }
        Map<String, Integer> ids = new LinkedHashMap<>();
        for (int id = 0; id < pieces.size(); id++) {
            ids.putIfAbsent(pieces.get(id).text(), id);
        }
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("version", "1.0");
        root.set("model", model.bpe() ? bpe(root, pieces, ids, unknown) : unigram(root, pieces, unknown));
        Map<String, Boolean> whole = new LinkedHashMap<>();
        for (Piece piece : model.pieces()) {
            if ((piece.isControl() || piece.isUserDefined()) && ids.containsKey(piece.text())) {
                whole.put(piece.text(), piece.isControl());
            }
        }
        family.extra().forEach(text -> whole.put(text, true));
        specials.place(ids, whole, root.putArray("added_tokens"));
        root.set("normalizer", normalizer(root));
        root.set("pre_tokenizer", preTokenizer(root));
        root.set("post_processor", postProcessor(root, ids));
        return new JsonFile(file, root);
    }

    private ObjectNode unigram(ObjectNode factory, List<Piece> pieces, int unknown) {
        ObjectNode node = factory.objectNode().put("type", "Unigram").put("unk_id", unknown);
        node.put("byte_fallback", family.spellsInBytes());
        ArrayNode vocabulary = node.putArray("vocab");
        for (Piece piece : pieces) {
            vocabulary.addArray().add(piece.text()).add((double) piece.score());
        }
        return node;
    }

    private ObjectNode bpe(ObjectNode factory, List<Piece> pieces, Map<String, Integer> ids, int unknown) {
        ObjectNode node = factory.objectNode()
                .put("type", "BPE")
                .put("unk_token", pieces.get(unknown).text())
                .put("fuse_unk", true)
                .put("byte_fallback", family.spellsInBytes());
        ObjectNode vocabulary = node.putObject("vocab");
        ids.forEach(vocabulary::put);
        ArrayNode merges = node.putArray("merges");
        for (Merge merge : merges(pieces, ids)) {
            merges.addArray().add(merge.left).add(merge.right);
        }
        return node;
    }

    private record Merge(String left, String right, float score) {}

    /** SentencePiece merges whatever gives a piece, best piece first; the native library wants the merges themselves. */
    private static List<Merge> merges(List<Piece> pieces, Map<String, Integer> ids) {
        List<Merge> merges = new ArrayList<>();
        for (Piece piece : pieces) {
            String text = piece.text();
            List<Merge> ofPiece = new ArrayList<>();
            for (int cut = text.offsetByCodePoints(0, Math.min(1, text.length()));
                    cut < text.length();
                    cut = text.offsetByCodePoints(cut, 1)) {
                String left = text.substring(0, cut);
                String right = text.substring(cut);
                if (ids.containsKey(left) && ids.containsKey(right)) {
                    ofPiece.add(new Merge(left, right, piece.score()));
                }
            }
            ofPiece.sort(Comparator.comparingInt((Merge merge) -> ids.getOrDefault(merge.left, 0))
                    .thenComparingInt(merge -> ids.getOrDefault(merge.right, 0)));
            merges.addAll(ofPiece);
        }
        merges.sort(Comparator.comparing(Merge::score)
                .thenComparing(merge -> merge.left.codePointCount(0, merge.left.length()))
                .thenComparing(merge -> merge.right.codePointCount(0, merge.right.length()))
                .reversed());
        return merges;
    }

    private ObjectNode normalizer(ObjectNode factory) throws CheckpointException {
        ObjectNode sequence = factory.objectNode().put("type", "Sequence");
        ArrayNode steps = sequence.putArray("normalizers");
        switch (family) {
            case ALBERT -> {
                replace(steps, "String", "``", "\"");
                replace(steps, "String", "''", "\"");
                if (!flag("keep_accents", false)) {
                    steps.addObject().put("type", "NFKD");
                    steps.addObject().put("type", "StripAccents");
                }
                if (flag("do_lower_case", true)) {
                    steps.addObject().put("type", "Lowercase");
                }
                addCharacterMap(steps);
                replace(steps, "Regex", " {2,}", " ");
            }
            case DEBERTA_V2 -> {
                if (flag("do_lower_case", false)) {
                    steps.addObject().put("type", "Lowercase");
                }
                strip(steps, true);
                addCharacterMap(steps);
                replace(steps, "Regex", " {2,}", " ");
            }
            case LLAMA -> {
                if (flag("legacy", true)) {
                    if (flag("add_prefix_space", true)) {
                        steps.addObject().put("type", "Prepend").put("prepend", SPACE);
                    }
                    replace(steps, "String", " ", SPACE);
                }
            }
            case GEMMA -> replace(steps, "String", " ", SPACE);
            case XLM_ROBERTA, CAMEMBERT, T5 -> {
                addCharacterMap(steps);
                strip(steps, false);
                replace(steps, "Regex", " {2,}", SPACE);
            }
        }
        return sequence;
    }

    private void addCharacterMap(ArrayNode steps) {
        if (model.characterMap().length > 0) {
            steps.addObject()
                    .put("type", "Precompiled")
                    .put("precompiled_charsmap", Base64.getEncoder().encodeToString(model.characterMap()));
        }
    }

    private static void strip(ArrayNode steps, boolean left) {
        steps.addObject().put("type", "Strip").put("strip_left", left).put("strip_right", true);
    }

    private static void replace(ArrayNode steps, String kind, String pattern, String content) {
        ObjectNode step = steps.addObject().put("type", "Replace");
        step.putObject("pattern").put(kind, pattern);
        step.put("content", content);
    }

    private ObjectNode preTokenizer(ObjectNode factory) throws CheckpointException {
        boolean whole = family == SentencePieceFamily.LLAMA; // words are not parted before they are merged
        if (family == SentencePieceFamily.GEMMA || (whole && flag("legacy", true))) {
            ObjectNode nothing = factory.objectNode().put("type", "Sequence");
            nothing.putArray("pretokenizers"); // the normalizer leaves no space to part at
            return nothing;
        }
        boolean prefix = flag("add_prefix_space", true);
        String scheme = prefix ? (flag("legacy", true) ? "always" : "first") : "never";
        ObjectNode metaspace = factory.objectNode()
                .put("type", "Metaspace")
                .put("replacement", SPACE)
                .put("prepend_scheme", scheme)
                .put("split", !whole);
        if (family != SentencePieceFamily.DEBERTA_V2 || !flag("split_by_punct", false)) {
            return metaspace;
        }
        ObjectNode sequence = factory.objectNode().put("type", "Sequence");
        ArrayNode steps = sequence.putArray("pretokenizers");
        steps.addObject().put("type", "Punctuation").put("behavior", "Isolated");
        steps.add(metaspace);
        return sequence;
    }

    private ObjectNode postProcessor(ObjectNode factory, Map<String, Integer> ids) throws CheckpointException {
        return switch (family) {
            case XLM_ROBERTA, CAMEMBERT -> Templates.roberta(factory, token(ids, "bos_token"), token(ids, "eos_token"));
            case ALBERT, DEBERTA_V2 -> Templates.bert(factory, token(ids, "cls_token"), token(ids, "sep_token"));
            case T5 -> Templates.t5(factory, token(ids, "eos_token"));
            case LLAMA, GEMMA ->
                Templates.decoder(
                        factory,
                        flag("add_bos_token", true) ? Optional.of(token(ids, "bos_token")) : Optional.empty(),
                        flag("add_eos_token", false) ? Optional.of(token(ids, "eos_token")) : Optional.empty());
        };
    }

    private Templates.Token token(Map<String, Integer> ids, String role) throws CheckpointException {
        String content = specials.content(role);
        Integer id = ids.get(content);
        if (id == null) {
            throw new CheckpointException(file + " has no piece \"" + content + "\", which the tokenizer needs");
        }
        return new Templates.Token(content, id);
    }

    private boolean flag(String key, boolean otherwise) throws CheckpointException {
        return config.isPresent() ? config.get().flag(key).orElse(otherwise) : otherwise;
    }
}
