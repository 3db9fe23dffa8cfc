package dev.juxta.search;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToIntFunction;

/** Picks passages for a language model to read: the best that fit into its room, each thing said once, with citations. */
public final class ContextPacker {

    /** Chars of a shingle, by which texts are compared (Broder 1997): two or three words, in any script. */
    private static final int SHINGLE = 12;

    /** A passage of which this share of shingles has been said is left out. */
    private static final double SAID_BEFORE = 0.7;

    private final int tokens;
    private final ToIntFunction<String> counter;

    /**
     * @param tokens the most that the passages and their citations take together
     * @param counter how many tokens a text has
     */
    public ContextPacker(int tokens, ToIntFunction<String> counter) {
        if (tokens < 1) {
            throw new IllegalArgumentException("The room must be at least 1 token, not " + tokens);
        }
        this.tokens = tokens;
        this.counter = counter;
    }

    /**
     * Passages for a language model.
     *
     * @param text the passages, each after its citation {@code [1] file:begin-end heading}
     * @param passages what was taken, in the order of the citations
     * @param tokens of the text
     * @param duplicates passages that say what better ones said
     * @param tooLong passages for which there was no room
     */
    public record Context(String text, List<Passage> passages, int tokens, int duplicates, int tooLong) {

        public Context {
            passages = List.copyOf(passages);
        }
    }

    /** Packs passages, which are given best first. One that does not fit is passed over, and a shorter one may follow. */
    public Context pack(List<Passage> best) {
        StringBuilder text = new StringBuilder();
        List<Passage> taken = new ArrayList<>();
        Set<String> said = new HashSet<>();
        int used = 0;
        int duplicates = 0;
        int tooLong = 0;
        for (Passage passage : best) {
            Set<String> shingles = shingles(passage.text());
            if (saidShare(shingles, said) >= SAID_BEFORE) {
                duplicates++;
                continue;
            }
            String block = "[" + (taken.size() + 1) + "] " + citation(passage) + "\n" + passage.text() + "\n\n";
            int more = counter.applyAsInt(block);
            if (used + more > tokens) {
                tooLong++;
                continue;
            }
            text.append(block);
            taken.add(passage);
            said.addAll(shingles);
            used += more;
        }
        return new Context(text.toString().stripTrailing(), taken, used, duplicates, tooLong);
    }

    /** Where a passage is from, on one line. */
    public static String citation(Passage passage) {
        String where = passage.origin()
                .map(origin -> origin.place() + ":" + origin.begin() + "-" + origin.end())
                .orElse(passage.id());
        return passage.heading().isBlank()
                ? where
                : where + " " + passage.heading().replaceAll("\\s+", " ");
    }

    private static double saidShare(Set<String> shingles, Set<String> said) {
        return shingles.isEmpty()
                ? 0
                : (double) shingles.stream().filter(said::contains).count() / shingles.size();
    }

    private static Set<String> shingles(String text) {
        String words = text.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}]+", " ")
                .strip();
        Set<String> shingles = new HashSet<>();
        for (int i = 0; i + SHINGLE <= words.length(); i++) {
            shingles.add(words.substring(i, i + SHINGLE));
        }
        return shingles;
    }
}
