package dev.juxta;

import dev.juxta.text.TextFrame;
import dev.juxta.text.TextTokenizer;
import dev.juxta.text.TextTokenizer.Window;
import dev.juxta.text.TokenizedText;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** The way of single texts through a network that makes a vector of each: tokens, packed batches, vectors. */
final class TextEmbedding {

    private static final Logger LOGGER = System.getLogger(TextEmbedding.class.getName());

    /** Texts whose tokens are held at a time. */
    static final int SLAB = 1024;

    private final TextTokenizer tokenizer;
    private final Network network;
    private final LanguageFit fit;

    /** @param fit notices texts that the model was not made for */
    TextEmbedding(TextTokenizer tokenizer, Network network, LanguageFit fit) {
        this.tokenizer = tokenizer;
        this.network = network;
        this.fit = fit;
    }

    /**
     * One sequence that was embedded.
     *
     * @param window its tokens, and which part of the text they are
     * @param vector [dimensions], or of a network that gives a vector for each token [tokens · dimensions]
     */
    record Embedded(Window window, float[] vector) {}

    /**
     * The frame of texts with nothing but a prompt.
     *
     * @param pooled whether the prompt's tokens are pooled, too
     * @param maxLength tokens per sequence
     */
    TextFrame prompted(String prompt, boolean pooled, int maxLength) {
        return TextFrame.prompted(tokenizer, prompt, pooled, maxLength);
    }

    /** What the model reads at most. */
    int maxLength() {
        return network.limits().maxLength();
    }

    /**
     * The tokens per sequence that options ask for.
     *
     * @param marker tokens before all else
     * @throws IllegalArgumentException if that leaves no room for a text, or the model does not read as many
     */
    int maxLength(ScoreOptions options, int marker) {
        return options.maxLength(tokenizer.specials() + marker + 1, maxLength());
    }

    /** How the texts of one call are named where one cannot be read: {@code "Text 3"}. */
    interface Names {
        String of(int index);
    }

    /**
     * Embeds texts; a text has several sequences where {@code onLong} is CHUNK and it is too long for one.
     *
     * @param sink given the sequences of each text, in order
     */
    void embed(List<String> texts, TextFrame frame, LongInput onLong, Names names, Consumer<List<Embedded>> sink) {
        for (int from = 0; from < texts.size(); from += SLAB) {
            List<String> slab = texts.subList(from, Math.min(texts.size(), from + SLAB));
            List<List<Window>> windows = tokenize(slab, frame, onLong, from, names);
            observe(slab, windows, frame);
            deliver(windows, frame.unpooled(), sink);
        }
    }

    /** Warns of texts that the model was not made for. */
    private void observe(List<String> texts, List<List<Window>> windows, TextFrame frame) {
        int around = tokenizer.specials() + frame.prefix(tokenizer).length;
        List<String> concerns = fit.observe(texts.size(), i -> {
            Window window = windows.get(i).get(0);
            boolean only = windows.get(i).size() == 1; // then its length before is that of the whole text
            String text = texts.get(i);
            int[] ids = window.text().ids();
            long padding = frame.padding()
                    .map(token ->
                            Arrays.stream(ids).filter(id -> id == token.id()).count())
                    .orElse(0L);
            return new LanguageFit.Read(
                    List.of(only ? text : text.substring(window.begin(), window.end())),
                    ids,
                    window.text().lengthBefore(),
                    around + (int) padding);
        });
        concerns.forEach(concern -> LOGGER.log(Level.WARNING, concern));
    }

    /** What was noticed of texts so far. */
    List<String> concerns() {
        return fit.concerns();
    }

    /** Hands each text on as soon as its last sequence is embedded, so that progress is told batch by batch. */
    private void deliver(List<List<Window>> windows, int unpooled, Consumer<List<Embedded>> sink) {
        List<Window> sequences = windows.stream().flatMap(List::stream).toList();
        List<Embedded> embedded = new ArrayList<>();
        int[] next = {0, 0}; // the sequence, and the text that it is of
        network.run(sequences, window -> network.limits().form().of(window.text(), unpooled), vector -> {
            embedded.add(new Embedded(sequences.get(next[0]++), vector));
            if (embedded.size() == windows.get(next[1]).size()) {
                sink.accept(List.copyOf(embedded));
                embedded.clear();
                next[1]++;
            }
        });
    }

    /** The tokens of a text, special ones left out. */
    int tokens(String text) {
        return tokenizer.encode(text).length;
    }

    /** The sequences that the model would read for each text, without running it. */
    List<TokenizedText> tokenize(List<String> texts, TextFrame frame) {
        return tokenize(texts, frame, LongInput.TRUNCATE, 0, index -> "Text " + index).stream()
                .map(windows -> windows.get(0).text())
                .toList();
    }

    private List<List<Window>> tokenize(
            List<String> texts, TextFrame frame, LongInput onLong, int firstIndex, Names names) {
        int[] prefix = onLong == LongInput.CHUNK ? frame.prefix(tokenizer) : new int[0];
        Window[][] windows = new Window[texts.size()][];
        network.workers().forEach(windows.length, i -> {
            List<Window> read = onLong == LongInput.CHUNK
                    ? tokenizer.windows(prefix, texts.get(i), frame.maxLength())
                    : List.of(whole(texts.get(i), frame));
            requireReadable(read.get(0).text(), onLong, frame.maxLength(), names, firstIndex + i);
            windows[i] = read.toArray(Window[]::new);
        });
        return Arrays.stream(windows).map(Arrays::asList).toList();
    }

    private Window whole(String text, TextFrame frame) {
        return frame.window(tokenizer, text);
    }

    private static void requireReadable(TokenizedText text, LongInput onLong, int maxLength, Names names, int index) {
        if (onLong == LongInput.FAIL && text.truncated() > 0) {
            throw new TooLongException(names.of(index) + " has " + text.lengthBefore() + " tokens, and the model reads "
                    + maxLength + "; shorten it, or choose another way for long input");
        }
        if (text.length() == 0) {
            throw new UnreadableTextException(
                    names.of(index) + " has no tokens, and this model's tokenizer adds none; a text must have some");
        }
    }

    /** Numbers that are not finite are an error, never a result. */
    static void requireFinite(float[] vector, String what) {
        for (float x : vector) {
            if (!Float.isFinite(x)) {
                throw new ArithmeticException(
                        "The model gives " + x + " for " + what + "; its weights are damaged or overflow");
            }
        }
    }
}
