package dev.juxta.text;

import dev.juxta.text.Tokenizer.Beginning;
import dev.juxta.text.Tokenizer.TokenSpan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Turns single texts into sequences of at most {@code maxLength} tokens. It shares its native tokenizer with the
 * {@link PairTokenizer} of the same {@link TokenizerFiles}; closing either closes both.
 */
public final class TextTokenizer implements AutoCloseable {

    private final Tokenizer tokenizer;
    private final TextTemplate template;

    TextTokenizer(Tokenizer tokenizer, TextTemplate template) {
        this.tokenizer = tokenizer;
        this.template = template;
    }

    /** The number of special tokens in every sequence. */
    public int specials() {
        return template.specials();
    }

    /** The tokens of a text, without special tokens. */
    public int[] encode(String text) {
        return tokenizer.encode(text);
    }

    /**
     * Puts special tokens and a marker around a text, cutting off at its end what is over {@code maxLength}.
     *
     * @param marker tokens before the text
     * @return its one window, which ends where the text was cut
     */
    public Window read(int[] marker, String text, int maxLength) {
        int room = Math.max(0, maxLength - specials() - marker.length);
        Beginning read = tokenizer.encode(text, count -> Math.min(count, room));
        int[] ids = Arrays.copyOf(marker, marker.length + read.ids().length);
        System.arraycopy(read.ids(), 0, ids, marker.length, read.ids().length);
        return new Window(sequence(ids, maxLength), 0, read.end());
    }

    /**
     * How many tokens of a sequence a prompt takes up at its beginning, with the special ones before it: as
     * sentence-transformers counts them, all of the prompt's own sequence but a special token at its end.
     */
    public int prefixLength(String prompt, int maxLength) {
        int length = sequence(encode(prompt), maxLength).length();
        return template.endsWithSpecial() ? length - 1 : length;
    }

    /** Puts special tokens around an encoded text, cutting off at its end what is over {@code maxLength}. */
    public TokenizedText sequence(int[] ids, int maxLength) {
        int kept = Math.min(ids.length, maxLength - specials());
        return template.apply(ids, kept, ids.length + specials());
    }

    /**
     * Windows over a text that together cover it, each with the prefix before it; consecutive windows share a quarter of
     * their tokens. If the prefix takes more than half of the room it is cut to half, and every window reports that.
     *
     * @param prefix tokens, such as a prompt's
     */
    public List<Window> windows(int[] prefix, String text, int maxLength) {
        List<TokenSpan> spans = tokenizer.encodeWithSpans(text);
        int[] ids = spans.stream().mapToInt(TokenSpan::id).toArray();
        int room = maxLength - specials();
        int kept = prefix.length + ids.length <= room ? prefix.length : Math.min(prefix.length, room / 2);
        List<Window> windows = new ArrayList<>();
        for (TokenRun run : TokenRun.windows(ids.length, room - kept)) {
            int[] all = Arrays.copyOf(prefix, kept + run.length());
            System.arraycopy(ids, run.from(), all, kept, run.length());
            TokenizedText window = template.apply(all, all.length, specials() + prefix.length + run.length());
            int begin = run.from() == 0 ? 0 : spans.get(run.from()).begin();
            int last = run.from() + run.length() - 1;
            int end = last == ids.length - 1 ? text.length() : spans.get(last).end();
            windows.add(new Window(window, begin, end));
        }
        return windows;
    }

    /**
     * A part of a text.
     *
     * @param text its tokens
     * @param begin index of the part's first char
     * @param end index after its last char
     */
    public record Window(TokenizedText text, int begin, int end) {}

    @Override
    public void close() {
        tokenizer.close();
    }
}
