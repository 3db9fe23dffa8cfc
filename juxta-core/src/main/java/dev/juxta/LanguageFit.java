package dev.juxta;

import dev.juxta.checkpoint.ModelCard;
import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Notices texts that a model was not made for, by what its vocabulary makes of them: words that it does not know, or that
 * it can only spell. A vocabulary has whole words and long pieces for the languages it was made from, and single letters
 * for the others. Besides, a script that none of the languages on the model's card is written in. It counts over calls,
 * by script, and tells of each script once. The limits were set on XQuAD's twelve languages (docs/models.md). Thread-safe.
 */
final class LanguageFit {

    /** Pairs or texts of a call that are looked at, spread evenly. */
    private static final int SAMPLE = 32;

    /** Longer ones are left out: their letters would take longer to count than is worth it. */
    private static final int LONGEST = 20_000;

    /** Latin script needs more evidence: names, codes and short queries are in it in every language. */
    private static final int ENOUGH_LATIN = 1500;

    private static final int ENOUGH = 20;

    /** Letters after which counting begins anew. */
    private static final long WINDOW = 200_000;

    /** A script counts from this part of the letters on; a stray text is no reason to speak. */
    private static final double LEAST_PART = 0.1;

    /** Of ordinary text at most a fiftieth is unknown; of text in a script that the vocabulary lacks, a quarter or more. */
    private static final double MOST_UNKNOWN = 0.1;

    private static final double LEAST_LATIN = 2.9;
    private static final double LEAST_ALPHABETIC = 1.6;
    private static final double LEAST_EAST_ASIAN = 0.75;

    private final ModelCard card;
    private final OptionalInt unknown;
    private final Set<UnicodeScript> declared;
    private final Map<UnicodeScript, Tally> tallies = new EnumMap<>(UnicodeScript.class); // guarded by this
    private final Map<UnicodeScript, String> told = new EnumMap<>(UnicodeScript.class); // guarded by this

    /** @param unknown the id of the token that stands for what the vocabulary lacks */
    LanguageFit(ModelCard card, OptionalInt unknown) {
        this.card = card;
        this.unknown = unknown;
        this.declared = Scripts.ofLanguages(card.languages());
    }

    /**
     * What a model reads as one sequence.
     *
     * @param texts what its user gave
     * @param ids the tokens that became of them, cut where they are too long
     * @param lengthBefore the number of tokens before that
     * @param others how many tokens stand for none of the texts: special ones, markers, padding, and the prompt
     */
    record Read(List<String> texts, int[] ids, int lengthBefore, int others) {}

    /** What was counted in one script. */
    private static final class Tally {
        private long letters;
        private long tokens; // of letters
        private long allTokens;
        private long unknown;

        void add(Tally other) {
            letters += other.letters;
            tokens += other.tokens;
            allTokens += other.allTokens;
            unknown += other.unknown;
        }
    }

    /**
     * Looks at a call.
     *
     * @param count how many sequences it has
     * @param sequences each of them, by its index; asked for a sample
     * @return a sentence for each script that is found unfit for the first time
     */
    List<String> observe(int count, IntFunction<Read> sequences) {
        int step = Math.max(1, (count + SAMPLE - 1) / SAMPLE);
        Map<UnicodeScript, Tally> seen = new EnumMap<>(UnicodeScript.class);
        for (int i = 0; i < count; i += step) { // the long part, which others need not wait for
            count(sequences.apply(i), seen);
        }
        return add(seen);
    }

    private synchronized List<String> add(Map<UnicodeScript, Tally> seen) {
        seen.forEach((script, tally) ->
                tallies.computeIfAbsent(script, key -> new Tally()).add(tally));
        long all = tallies.values().stream().mapToLong(tally -> tally.letters).sum();
        List<String> concerns = new ArrayList<>();
        tallies.forEach((script, tally) -> {
            if (tally.letters >= LEAST_PART * all && !told.containsKey(script)) {
                concern(script, tally).ifPresent(concern -> {
                    told.put(script, concern);
                    concerns.add(concern);
                });
            }
        });
        if (all > WINDOW) {
            tallies.clear();
        }
        return concerns;
    }

    /** The sentences that were told so far. */
    synchronized List<String> concerns() {
        return List.copyOf(told.values());
    }

    private void count(Read read, Map<UnicodeScript, Tally> seen) {
        if (read.texts.stream().mapToInt(String::length).sum() > LONGEST) {
            return;
        }
        Scripts scripts = new Scripts();
        read.texts.forEach(scripts::add);
        Optional<UnicodeScript> script = scripts.most();
        if (script.isEmpty()) {
            return;
        }
        Tally tally = seen.computeIfAbsent(script.get(), key -> new Tally());
        tally.letters += scripts.letters();
        tally.tokens += Math.max(0, read.lengthBefore - read.others - scripts.others());
        tally.allTokens += Math.max(0, read.ids.length - read.others);
        if (unknown.isPresent()) {
            for (int id : read.ids) {
                tally.unknown += id == unknown.getAsInt() ? 1 : 0;
            }
        }
    }

    private Optional<String> concern(UnicodeScript script, Tally tally) {
        boolean latin = script == UnicodeScript.LATIN;
        if (tally.letters < (latin ? ENOUGH_LATIN : ENOUGH)) {
            return Optional.empty();
        }
        double unknownPart = (double) tally.unknown / Math.max(1, tally.allTokens);
        double lettersPerToken = (double) tally.letters / Math.max(1, tally.tokens);
        String what;
        if (unknownPart > MOST_UNKNOWN) {
            what = String.format(
                    Locale.ROOT, "%.0f%% of their tokens are unknown to its vocabulary", 100 * unknownPart);
        } else if (lettersPerToken < least(script)) {
            what = String.format(
                    Locale.ROOT,
                    "its vocabulary has %.1f of their letters to a token, and %.1f or more of those of its languages",
                    lettersPerToken,
                    least(script));
        } else if (!latin && !declared.isEmpty() && !declared.contains(script)) {
            what = "none of its languages is written in it";
        } else {
            return Optional.empty();
        }
        String languages = card.languages().isEmpty()
                ? ""
                : "; its card says "
                        + String.join(
                                ", ",
                                card.languages()
                                        .subList(
                                                0, Math.min(10, card.languages().size())));
        return Optional.of("Texts in " + Scripts.name(script) + " script are far from what the model was made for: "
                + what + languages + "; what it says of them may mean little");
    }

    private static double least(@Nullable UnicodeScript script) {
        if (script == UnicodeScript.LATIN) {
            return LEAST_LATIN;
        }
        return script == UnicodeScript.HAN ? LEAST_EAST_ASIAN : LEAST_ALPHABETIC;
    }
}
