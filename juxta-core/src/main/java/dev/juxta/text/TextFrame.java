package dev.juxta.text;

import java.util.Arrays;
import java.util.Optional;

/**
 * What is put around single texts.
 *
 * @param marker tokens before all else, which have no text
 * @param prompt text before each text
 * @param unpooled how many of a sequence's first tokens poolings leave out
 * @param maxLength tokens per sequence
 * @param padding what shorter ones are filled up with
 */
public record TextFrame(int[] marker, String prompt, int unpooled, int maxLength, Optional<Padding> padding) {

    /**
     * What fills up short sequences.
     *
     * @param length tokens that a sequence has at least
     * @param id of the token it is filled up with
     * @param attended whether the other tokens attend to these
     */
    public record Padding(int length, int id, boolean attended) {}

    /**
     * Nothing but a prompt.
     *
     * @param pooled whether the prompt's tokens are pooled, too
     */
    public static TextFrame prompted(TextTokenizer tokenizer, String prompt, boolean pooled, int maxLength) {
        int unpooled = pooled || prompt.isEmpty() ? 0 : tokenizer.prefixLength(prompt, maxLength);
        return new TextFrame(new int[0], prompt, unpooled, maxLength, Optional.empty());
    }

    /** A text as the model reads it. Prompt and text are tokenized in one piece, as the reference does it. */
    public TokenizedText read(TextTokenizer tokenizer, String text) {
        return window(tokenizer, text).text();
    }

    /** The same, and how much of the text is left. */
    public TextTokenizer.Window window(TextTokenizer tokenizer, String text) {
        TextTokenizer.Window read = tokenizer.read(marker, prompt + text, maxLength);
        TokenizedText tokens = padding.map(with -> read.text().padded(with.length, with.id, with.attended))
                .orElse(read.text());
        return new TextTokenizer.Window(tokens, 0, Math.max(0, read.end() - prompt.length()));
    }

    /** The tokens before each text: marker and prompt. */
    public int[] prefix(TextTokenizer tokenizer) {
        return behindMarker(tokenizer.encode(prompt));
    }

    private int[] behindMarker(int[] ids) {
        int[] both = Arrays.copyOf(marker, marker.length + ids.length);
        System.arraycopy(ids, 0, both, marker.length, ids.length);
        return both;
    }
}
