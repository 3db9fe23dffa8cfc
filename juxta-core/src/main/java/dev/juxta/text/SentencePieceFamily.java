package dev.juxta.text;

import dev.juxta.text.SentencePieceModel.Piece;
import dev.juxta.text.SpecialTokens.Token;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** How a family of models uses a SentencePiece model: which id each piece has, and which tokens stand around a pair. */
enum SentencePieceFamily {
    /** The original of XLM-R counted its four special tokens first, where SentencePiece has three. */
    XLM_ROBERTA("<s> </s> <unk> <pad> <mask>", 3) {
        @Override
        List<Piece> pieces(List<Piece> pieces) {
            return shifted(List.of("<s>", "<pad>", "</s>", "<unk>"), pieces, 3);
        }
    },
    /** As XLM-R, after fairseq's dictionary; its own unknown piece is there but never chosen. */
    CAMEMBERT("<s> </s> <unk> <pad> <mask>", 3) {
        @Override
        List<Piece> pieces(List<Piece> pieces) {
            List<Piece> shifted =
                    shifted(List.of("<s>NOTUSED", "<pad>", "</s>NOTUSED", "<unk>", "<unk>NOTUSED"), pieces, 1);
            shifted.set(4, new Piece("<unk>NOTUSED", UNUSED_SCORE, 1));
            return shifted;
        }
    },
    ALBERT("[CLS] [SEP] <unk> <pad> [MASK]", -1) {
        @Override
        List<Piece> pieces(List<Piece> pieces) {
            // A comma after a digit stands alone.
            return pieces.stream()
                    .map(piece -> piece.text().matches("(?s).*\\d,")
                            ? new Piece(piece.text(), piece.score() + UNUSED_SCORE, piece.type())
                            : piece)
                    .toList();
        }
    },
    DEBERTA_V2("[CLS] [SEP] [UNK] [PAD] [MASK]", -1),
    T5("- </s> <unk> <pad> -", -1),
    /** What no piece stands for is spelled in bytes. */
    LLAMA("<s> </s> <unk> - -", -1),
    /** As Llama, without a space before the text. */
    GEMMA("<bos> <eos> <unk> <pad> -", -1) {
        @Override
        List<Piece> pieces(List<Piece> pieces) {
            // Its first files have no tab but the byte.
            boolean tab = pieces.stream().anyMatch(piece -> piece.text().equals("\t"));
            return tab
                    ? pieces
                    : pieces.stream()
                            .map(piece -> piece.text().equals("<0x09>") ? new Piece("\t", 0, piece.type()) : piece)
                            .toList();
        }
    };

    private static final float UNUSED_SCORE = -100;
    private static final int T5_SPANS = 100;

    private static final Map<String, SentencePieceFamily> BY_CLASS = Map.of(
            "XLMRobertaTokenizer", XLM_ROBERTA,
            "CamembertTokenizer", CAMEMBERT,
            "AlbertTokenizer", ALBERT,
            "DebertaV2Tokenizer", DEBERTA_V2,
            "T5Tokenizer", T5,
            "LlamaTokenizer", LLAMA,
            "GemmaTokenizer", GEMMA);

    private static final Map<String, SentencePieceFamily> BY_MODEL = Map.ofEntries(
            Map.entry("xlm-roberta", XLM_ROBERTA),
            Map.entry("xlm-roberta-xl", XLM_ROBERTA),
            Map.entry("camembert", CAMEMBERT),
            Map.entry("albert", ALBERT),
            Map.entry("deberta-v2", DEBERTA_V2),
            Map.entry("t5", T5),
            Map.entry("mt5", T5),
            Map.entry("umt5", T5),
            Map.entry("llama", LLAMA),
            Map.entry("mistral", LLAMA),
            Map.entry("gemma", GEMMA));

    private final String specials;
    private final int unknown;

    /**
     * @param specials the first token, the last, the unknown, the padding, the mask; - where there is none. A first token
     *     without a mask is a decoder's, and no separator
     * @param unknown id of the unknown piece; negative for what the model says
     */
    SentencePieceFamily(String specials, int unknown) {
        this.specials = specials;
        this.unknown = unknown;
    }

    /** The family by its tokenizer's class, else by {@code model_type}. */
    static Optional<SentencePieceFamily> of(Optional<String> tokenizerClass, Optional<String> modelType) {
        return tokenizerClass
                .map(name -> name.replaceFirst("Fast$", ""))
                .map(BY_CLASS::get)
                .or(() -> modelType.map(BY_MODEL::get));
    }

    /** The special tokens by role, if the files do not say otherwise. */
    Map<String, Token> roles() {
        String[] texts = specials.split(" ", -1);
        Map<String, Token> roles = new LinkedHashMap<>();
        boolean around = !texts[4].equals("-");
        if (!texts[0].equals("-")) {
            roles.put("bos_token", Token.of(texts[0]));
        }
        roles.put("eos_token", Token.of(texts[1]));
        roles.put("unk_token", Token.of(texts[2]));
        if (around) {
            roles.put("sep_token", Token.of(texts[1]));
        }
        if (!texts[3].equals("-")) {
            roles.put("pad_token", Token.of(texts[3]));
        }
        if (around) {
            roles.put("cls_token", Token.of(texts[0]));
            // DeBERTa's alone leaves the white space before it.
            roles.put("mask_token", this == DEBERTA_V2 ? Token.of(texts[4]) : Token.swallowing(texts[4]));
        }
        return roles;
    }

    /** Tokens that are not in the model's file: the places of T5's spans. */
    List<String> extra() {
        return this == T5
                ? IntStream.range(0, T5_SPANS)
                        .mapToObj(i -> "<extra_id_" + (T5_SPANS - 1 - i) + ">")
                        .toList()
                : List.of();
    }

    /** The pieces by the ids that the model's embeddings have. */
    List<Piece> pieces(List<Piece> pieces) {
        return pieces;
    }

    /** Whether text that no piece stands for becomes bytes, as far as the model has them. */
    boolean spellsInBytes() {
        return this == LLAMA || this == GEMMA;
    }

    int unknown(SentencePieceModel model) {
        return unknown < 0 ? model.unknown() : unknown;
    }

    private static List<Piece> shifted(List<String> first, List<Piece> pieces, int skipped) {
        List<Piece> shifted = new ArrayList<>();
        first.forEach(text -> shifted.add(new Piece(text, 0, 1)));
        shifted.addAll(pieces.subList(Math.min(skipped, pieces.size()), pieces.size()));
        shifted.add(new Piece("<mask>", 0, 1));
        return shifted;
    }
}
