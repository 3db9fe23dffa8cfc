package dev.juxta;

import dev.juxta.PairReader.Reader;
import dev.juxta.text.PairTokenizer;
import dev.juxta.text.PairTokenizer.First;
import dev.juxta.text.PairTokenizer.Window;
import dev.juxta.text.TokenizedPair;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The way of pairs through a model: tokens, packed batches, logits. Texts that come first in many pairs are tokenized
 * once, pairs are taken in slabs so that memory does not grow with their number, and batches hold whole sequences up to
 * a number of tokens.
 */
final class PairScoring {

    private static final Logger LOGGER = System.getLogger(PairScoring.class.getName());

    /** Pairs whose tokens are held at a time. */
    private static final int SLAB = 1024;

    private final PairTokenizer tokenizer;
    private final Network network;
    private final LanguageFit fit;

    /**
     * @param fit notices texts that the model was not made for
     */
    PairScoring(PairTokenizer tokenizer, Network network, LanguageFit fit) {
        this.tokenizer = tokenizer;
        this.network = network;
        this.fit = fit;
    }

    /**
     * One sequence that was scored.
     *
     * @param window its tokens, and which part of the second text they are
     * @param logits [labels]
     */
    record Scored(Window window, float[] logits) {}

    /** Receives the scored sequences of each pair, in order. */
    interface Sink {
        void accept(int pair, List<Scored> sequences);
    }

    /**
     * How pairs are to be read.
     *
     * @param prompt what the model is told before each first text
     * @param maxLength tokens of a sequence
     */
    record Asked(String prompt, LongInput onLong, int maxLength) {}

    /** Scores every pair; a pair has several sequences where it is too long for one and CHUNK is asked for. */
    void score(List<TextPair> pairs, Asked asked, Sink sink) {
        Reader how = new Reader(asked, network.workers()::forEach);
        Map<String, First> firsts = Map.of();
        for (int from = 0; from < pairs.size(); from += SLAB) {
            List<TextPair> slab = pairs.subList(from, Math.min(pairs.size(), from + SLAB));
            firsts = firsts(slab, how, firsts);
            List<List<Window>> windows = windows(slab, firsts, how, from);
            observe(slab, windows, asked.prompt);
            scoreRead(windows, from, sink);
        }
    }

    /**
     * Scores pairs that have been read.
     *
     * @param windows the sequences of each
     * @param firstIndex what the first of them is called
     */
    void scoreRead(List<List<Window>> windows, int firstIndex, Sink sink) {
        Delivery delivery = new Delivery(windows, firstIndex, sink);
        List<TokenizedPair> sequences =
                windows.stream().flatMap(List::stream).map(Window::pair).toList();
        network.run(sequences, network.limits().form()::of, delivery);
    }

    /** Warns of texts that the model was not made for. */
    void observe(List<TextPair> pairs, List<List<Window>> windows, String prompt) {
        int others = tokenizer
                .first(prompt, "")
                .with("", network.limits().maxLength())
                .lengthBefore();
        List<String> concerns = fit.observe(pairs.size(), i -> {
            TextPair pair = pairs.get(i);
            Window window = windows.get(i).get(0);
            boolean only = windows.get(i).size() == 1; // then its length before is that of the whole pair
            String second = only ? pair.second() : pair.second().substring(window.begin(), window.end());
            return new LanguageFit.Read(
                    List.of(pair.first(), second),
                    window.pair().ids(),
                    window.pair().lengthBefore(),
                    others);
        });
        concerns.forEach(concern -> LOGGER.log(Level.WARNING, concern));
    }

    /** What was noticed of pairs so far. */
    List<String> concerns() {
        return fit.concerns();
    }

    /** Hands each pair on as soon as its last sequence is scored, so that progress is told batch by batch. */
    private static final class Delivery implements Consumer<float[]> {

        private final List<List<Window>> windows;
        private final int firstIndex;
        private final Sink sink;
        private int pair;
        private List<Scored> scored = new ArrayList<>();

        Delivery(List<List<Window>> windows, int firstIndex, Sink sink) {
            this.windows = windows;
            this.firstIndex = firstIndex;
            this.sink = sink;
        }

        @Override
        public void accept(float[] logits) {
            List<Window> all = windows.get(pair);
            scored.add(new Scored(all.get(scored.size()), logits));
            if (scored.size() == all.size()) {
                sink.accept(firstIndex + pair, scored);
                scored = new ArrayList<>();
                pair++;
            }
        }
    }

    /** The sequences that the model would read for each pair, without running it. */
    List<TokenizedPair> tokenize(List<TextPair> pairs, String prompt) {
        Asked asked = new Asked(prompt, LongInput.TRUNCATE, network.limits().maxLength());
        Reader how = new Reader(asked, network.workers()::forEach);
        return windows(pairs, firsts(pairs, how, Map.of()), how, 0).stream()
                .map(windows -> windows.get(0).pair())
                .toList();
    }

    /**
     * The first texts of pairs.
     *
     * @param known those that have been read already
     */
    Map<String, First> firsts(List<TextPair> pairs, Reader how, Map<String, First> known) {
        List<String> distinct = pairs.stream().map(TextPair::first).distinct().toList();
        First[] read = new First[distinct.size()];
        how.loop().forEach(read.length, i -> {
            First before = known.get(distinct.get(i));
            read[i] = before == null ? tokenizer.first(how.asked().prompt, distinct.get(i)) : before;
        });
        Map<String, First> firsts = new HashMap<>();
        for (int i = 0; i < read.length; i++) {
            firsts.put(distinct.get(i), read[i]);
        }
        return firsts;
    }

    /**
     * The sequences of each pair.
     *
     * @param firsts their first texts
     * @param firstIndex what the first pair is called
     */
    List<List<Window>> windows(List<TextPair> pairs, Map<String, First> firsts, Reader how, int firstIndex) {
        Window[][] windows = new Window[pairs.size()][];
        how.loop().forEach(windows.length, i -> {
            First first = Objects.requireNonNull(firsts.get(pairs.get(i).first()));
            windows[i] = windows(first, pairs.get(i).second(), how.asked(), firstIndex + i)
                    .toArray(Window[]::new);
        });
        return Arrays.stream(windows).map(Arrays::asList).toList();
    }

    private static List<Window> windows(First first, String second, Asked asked, int index) {
        int maxLength = asked.maxLength;
        List<Window> windows = asked.onLong == LongInput.CHUNK
                ? first.windows(second, maxLength)
                : List.of(first.read(second, maxLength));
        TokenizedPair pair = windows.get(0).pair();
        if (asked.onLong == LongInput.FAIL && pair.truncated() > 0) {
            throw new TooLongException("Pair " + index + " has " + pair.lengthBefore()
                    + " tokens, and the model reads " + maxLength
                    + "; shorten it, or choose truncate or chunk for long input");
        }
        if (pair.length() == 0) {
            throw new UnreadableTextException("Pair " + index
                    + " has no tokens, and this model's tokenizer adds none; at least one of its texts must have some");
        }
        return windows;
    }
}
