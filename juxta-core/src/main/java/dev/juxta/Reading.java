package dev.juxta;

import dev.juxta.engine.PackedBatch.Sequence;
import dev.juxta.text.TextTokenizer;
import dev.juxta.text.TokenizedPair;
import dev.juxta.text.TokenizedText;
import dev.juxta.text.TokenizerFiles;
import java.util.List;

/** How a model reads two texts. */
enum Reading {
    /** both in one sequence, with attention between them */
    TOGETHER(2) {
        @Override
        int specials(TokenizerFiles tokenizer) {
            return tokenizer.tokenizer().specials();
        }

        @Override
        List<Sequence> read(TokenizerFiles tokenizer, TextPair pair, Network.Limits limits) {
            TokenizedPair tokens =
                    tokenizer.tokenizer().first("", pair.first()).with(pair.second(), limits.maxLength());
            return List.of(limits.form().of(tokens));
        }
    },
    /** each in a sequence of its own */
    APART(1) {
        @Override
        int specials(TokenizerFiles tokenizer) {
            return single(tokenizer).specials();
        }

        @Override
        List<Sequence> read(TokenizerFiles tokenizer, TextPair pair, Network.Limits limits) {
            return List.of(read(tokenizer, pair.first(), limits), read(tokenizer, pair.second(), limits));
        }

        private Sequence read(TokenizerFiles tokenizer, String text, Network.Limits limits) {
            int[] ids = single(tokenizer).encode(text);
            TokenizedText tokens = single(tokenizer).sequence(ids, limits.maxLength());
            return limits.form().of(tokens, 0);
        }
    };

    private final int texts;

    Reading(int texts) {
        this.texts = texts;
    }

    /** How many texts share a sequence. */
    int texts() {
        return texts;
    }

    /** The special tokens of each sequence. */
    abstract int specials(TokenizerFiles tokenizer);

    /** The sequences of two texts, cut to their limit. */
    abstract List<Sequence> read(TokenizerFiles tokenizer, TextPair pair, Network.Limits limits);

    /** Single texts; there are where {@link LoadedModel} has loaded a model that reads them. */
    static TextTokenizer single(TokenizerFiles tokenizer) {
        return tokenizer.texts().orElseThrow();
    }
}
