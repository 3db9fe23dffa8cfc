package dev.juxta;

import dev.juxta.engine.PackedBatch.Sequence;
import dev.juxta.text.TextTokenizer;
import dev.juxta.text.TextTokenizer.Window;
import dev.juxta.text.TokenizedText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** The way of single texts through a network that makes a vector of each: tokens, packed batches, vectors. */
final class TextEmbedding {

    /** Texts whose tokens are held at a time. */
    static final int SLAB = 1024;

    private final TextTokenizer tokenizer;
    private final Network network;

    TextEmbedding(TextTokenizer tokenizer, Network network) {
        this.tokenizer = tokenizer;
        this.network = network;
    }

    /**
     * One sequence that was embedded.
     *
     * @param window its tokens, and which part of the text they are
     * @param vector [dimensions]
     */
    record Embedded(Window window, float[] vector) {}

    /** How the texts of one call are named where one cannot be read: {@code "Text 3"}. */
    interface Names {
        String of(int index);
    }

    /**
     * Embeds texts; a text has several sequences where {@code onLong} is CHUNK and it is too long for one.
     *
     * @param sink given the sequences of each text, in order
     */
    void embed(List<String> texts, String prompt, LongInput onLong, Names names, Consumer<List<Embedded>> sink) {
        for (int from = 0; from < texts.size(); from += SLAB) {
            List<List<Window>> windows =
                    tokenize(texts.subList(from, Math.min(texts.size(), from + SLAB)), prompt, onLong, from, names);
            deliver(windows, sink);
        }
    }

    /** Hands each text on as soon as its last sequence is embedded, so that progress is told batch by batch. */
    private void deliver(List<List<Window>> windows, Consumer<List<Embedded>> sink) {
        List<Window> sequences = windows.stream().flatMap(List::stream).toList();
        List<Embedded> embedded = new ArrayList<>();
        int[] next = {0, 0}; // the sequence, and the text that it is of
        network.run(sequences, this::sequence, vector -> {
            embedded.add(new Embedded(sequences.get(next[0]++), vector));
            if (embedded.size() == windows.get(next[1]).size()) {
                sink.accept(List.copyOf(embedded));
                embedded.clear();
                next[1]++;
            }
        });
    }

    /** The sequences that the model would read for each text, without running it. */
    List<TokenizedText> tokenize(List<String> texts, String prompt) {
        return tokenize(texts, prompt, LongInput.TRUNCATE, 0, index -> "Text " + index).stream()
                .map(windows -> windows.get(0).text())
                .toList();
    }

    private List<List<Window>> tokenize(
            List<String> texts, String prompt, LongInput onLong, int firstIndex, Names names) {
        int[] prefix = onLong == LongInput.CHUNK ? tokenizer.encode(prompt) : new int[0];
        Window[][] windows = new Window[texts.size()][];
        network.workers().forEach(windows.length, i -> {
            List<Window> read = windows(texts.get(i), prompt, prefix, onLong);
            requireReadable(read.get(0).text(), onLong, names.of(firstIndex + i));
            windows[i] = read.toArray(Window[]::new);
        });
        return Arrays.stream(windows).map(Arrays::asList).toList();
    }

    private List<Window> windows(String text, String prompt, int[] prefix, LongInput onLong) {
        int maxLength = network.limits().maxLength();
        // in one piece, as the reference tokenizes it, unless the text is to be cut in several
        return onLong == LongInput.CHUNK
                ? tokenizer.windows(prefix, text, maxLength)
                : List.of(new Window(tokenizer.sequence(tokenizer.encode(prompt + text), maxLength), 0, text.length()));
    }

    private void requireReadable(TokenizedText text, LongInput onLong, String name) {
        if (onLong == LongInput.FAIL && text.truncated() > 0) {
            throw new IllegalArgumentException(name + " has " + text.lengthBefore() + " tokens, and the model reads "
                    + network.limits().maxLength() + "; shorten it, or choose another way for long input");
        }
        if (text.length() == 0) {
            throw new IllegalArgumentException(
                    name + " has no tokens, and this model's tokenizer adds none; a text must have some");
        }
    }

    private Sequence sequence(Window window) {
        return network.sequence(window.text().ids(), window.text().segments());
    }
}
