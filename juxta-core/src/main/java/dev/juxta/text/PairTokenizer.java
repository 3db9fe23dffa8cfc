package dev.juxta.text;

import dev.juxta.text.PairTemplate.TokenRange;
import dev.juxta.text.Tokenizer.TokenSpan;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns pairs of texts into sequences of at most {@code maxLength} tokens. A text that stands in many pairs, such as a
 * query, is tokenized once by whoever calls {@link #encode} once and {@link #pair} often.
 */
public final class PairTokenizer implements AutoCloseable {

    private final Tokenizer tokenizer;
    private final PairTemplate template;

    PairTokenizer(Tokenizer tokenizer, PairTemplate template) {
        this.tokenizer = tokenizer;
        this.template = template;
    }

    /** The number of special tokens in every pair. */
    public int specials() {
        return template.specials();
    }

    /** The tokens of one text, without special tokens. */
    public int[] encode(String text) {
        return tokenizer.encode(text);
    }

    /** Puts two encoded texts together, cutting by {@link LongestFirst} what is over {@code maxLength}. */
    public TokenizedPair pair(int[] first, int[] second, int maxLength) {
        LongestFirst kept = LongestFirst.of(first.length, second.length, maxLength - specials());
        return template.apply(
                new TokenRange(first, 0, kept.first()),
                new TokenRange(second, 0, kept.second()),
                first.length + second.length + specials());
    }

    /**
     * Windows over the second text that together cover it, each paired with the whole first text; consecutive windows
     * share a quarter of their tokens. If the first text takes more than half of the room it is cut to half, and every
     * window reports that.
     */
    public List<Window> windows(int[] first, String secondText, int maxLength) {
        List<TokenSpan> second = tokenizer.encodeWithSpans(secondText);
        int[] ids = second.stream().mapToInt(TokenSpan::id).toArray();
        int room = maxLength - specials();
        if (first.length + ids.length <= room) {
            return List.of(new Window(pair(first, ids, maxLength), 0, secondText.length()));
        }
        int firstKept = Math.min(first.length, room / 2);
        int size = room - firstKept;
        TokenRange firstRange = new TokenRange(first, 0, firstKept);
        List<Window> windows = new ArrayList<>();
        for (TokenRun run : TokenRun.windows(ids.length, size)) {
            int lengthBefore = specials() + first.length + run.length();
            TokenizedPair pair =
                    template.apply(firstRange, new TokenRange(ids, run.from(), run.length()), lengthBefore);
            int begin = run.length() == 0 ? 0 : second.get(run.from()).begin();
            int end = run.length() == 0
                    ? 0
                    : second.get(run.from() + run.length() - 1).end();
            windows.add(new Window(pair, begin, end));
        }
        return windows;
    }

    /**
     * A part of the second text, paired with the first.
     *
     * @param pair the tokens
     * @param begin index of the part's first char in the second text
     * @param end index after its last char
     */
    public record Window(TokenizedPair pair, int begin, int end) {}

    @Override
    public void close() {
        tokenizer.close();
    }
}
