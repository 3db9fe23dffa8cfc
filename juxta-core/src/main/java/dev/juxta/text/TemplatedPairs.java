package dev.juxta.text;

import dev.juxta.text.PairTemplate.TokenRange;
import dev.juxta.text.Tokenizer.Beginning;
import dev.juxta.text.Tokenizer.TokenSpan;
import java.util.ArrayList;
import java.util.List;

/** Pairs whose texts are tokenized one by one and put together by a {@link PairTemplate}. */
final class TemplatedPairs implements PairTokenizer {

    private final Tokenizer tokenizer;
    private final PairTemplate template;

    TemplatedPairs(Tokenizer tokenizer, PairTemplate template) {
        this.tokenizer = tokenizer;
        this.template = template;
    }

    @Override
    public int specials() {
        return template.specials();
    }

    @Override
    public First first(String prompt, String text) {
        int[] first = tokenizer.encode(prompt + text);
        return new First() {
            @Override
            public TokenizedPair with(String second, int maxLength) {
                return pair(first, tokenizer.encode(second), maxLength);
            }

            @Override
            public Window read(String second, int maxLength) {
                int room = maxLength - specials();
                Beginning read = tokenizer.encode(
                        second,
                        count -> LongestFirst.of(first.length, count, room).second());
                return new Window(pair(first, read.ids(), maxLength), 0, read.end());
            }

            @Override
            public List<Window> windows(String second, int maxLength) {
                return TemplatedPairs.this.windows(first, second, maxLength);
            }
        };
    }

    /** Puts two encoded texts together, cutting by {@link LongestFirst} what is over {@code maxLength}. */
    private TokenizedPair pair(int[] first, int[] second, int maxLength) {
        LongestFirst kept = LongestFirst.of(first.length, second.length, maxLength - specials());
        return template.apply(
                new TokenRange(first, 0, kept.first()),
                new TokenRange(second, 0, kept.second()),
                first.length + second.length + specials());
    }

    /** If the first text takes more than half of the room it is cut to half. */
    private List<Window> windows(int[] first, String secondText, int maxLength) {
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

    @Override
    public void close() {
        tokenizer.close();
    }
}
