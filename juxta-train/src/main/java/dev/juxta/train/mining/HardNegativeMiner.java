package dev.juxta.train.mining;

import dev.juxta.Hit;
import dev.juxta.Retriever;
import dev.juxta.Score;
import dev.juxta.Scorer;
import dev.juxta.TextPair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;

/**
 * Finds for a query documents that a first stage, and if asked for a second, rank high although nobody called them relevant.
 * Those that may be relevant after all are thrown out by what they score: by itself, or beside the positives.
 */
public final class HardNegativeMiner {

    private final Retriever first;
    private final Optional<Scorer> judge;
    private final Optional<Scorer> absent;
    private final MiningOptions options;

    /**
     * @param first finds candidates; is not closed
     * @param judge rescores positives and candidates, by a model with one label; is not closed
     * @param absent scores, as {@code first} does, positives that it did not find; without it they have no score
     */
    public HardNegativeMiner(Retriever first, Optional<Scorer> judge, Optional<Scorer> absent, MiningOptions options) {
        this.first = first;
        this.judge = judge;
        this.absent = absent;
        this.options = options;
    }

    /** Why a candidate was thrown out. */
    public enum Reason {
        ABSOLUTE_MARGIN,
        RELATIVE_MARGIN,
        MAX_SCORE,
        MIN_SCORE
    }

    /**
     * A document and what it scores.
     *
     * @param id its name in the corpus
     * @param text what it says
     * @param score empty for a positive that the first stage did not find
     * @param positive whether it is one
     */
    public record Mined(String id, String text, OptionalDouble score, boolean positive) {}

    /**
     * What was found for a query.
     *
     * @param positives all of them
     * @param chosen negatives, best first; with positives in their places if those were asked for
     * @param thrownOut how many candidates each filter took
     */
    public record Result(List<Mined> positives, List<Mined> chosen, Map<Reason, Integer> thrownOut) {
        public Result {
            positives = List.copyOf(positives);
            chosen = List.copyOf(chosen);
            thrownOut = Map.copyOf(thrownOut);
        }
    }

    /**
     * Mines one query.
     *
     * @param positives the texts of its relevant documents by their ids, at least one
     */
    public Result mine(String query, Map<String, String> positives) throws IOException {
        List<Hit> hits = first.retrieve(query, options.depth(judge.isPresent()) + positives.size());
        Map<String, OptionalDouble> scores = new LinkedHashMap<>();
        hits.forEach(hit -> scores.put(hit.id(), OptionalDouble.of(hit.score())));
        if (judge.isPresent()) {
            Map<String, String> texts = new LinkedHashMap<>(positives);
            hits.forEach(hit -> texts.putIfAbsent(hit.id(), hit.text()));
            score(judge.get(), query, texts, scores);
        } else if (absent.isPresent()) {
            Map<String, String> missing = new LinkedHashMap<>(positives);
            missing.keySet().removeAll(scores.keySet());
            score(absent.get(), query, missing, scores);
        }
        List<Mined> relevant = new ArrayList<>();
        positives.forEach(
                (id, text) -> relevant.add(new Mined(id, text, scores.getOrDefault(id, OptionalDouble.empty()), true)));
        Map<Reason, Integer> thrownOut = new EnumMap<>(Reason.class);
        List<Mined> ranked = ranked(hits, positives, scores);
        double lowest = relevant.stream()
                .mapToDouble(one -> one.score().orElse(Double.NEGATIVE_INFINITY)) // below all that was found
                .min()
                .orElse(Double.NEGATIVE_INFINITY);
        ranked.removeIf(one -> {
            Optional<Reason> reason =
                    one.positive() ? Optional.empty() : refusal(one.score().orElseThrow(), lowest);
            reason.ifPresent(found -> thrownOut.merge(found, 1, Integer::sum));
            return reason.isPresent();
        });
        int to = Math.min(ranked.size(), options.depth(judge.isPresent()));
        List<Mined> window = ranked.subList(Math.min(options.rangeMin(), to), to);
        return new Result(relevant, options.random() ? sample(window, query) : top(window), thrownOut);
    }

    private static void score(
            Scorer scorer, String query, Map<String, String> texts, Map<String, OptionalDouble> scores) {
        if (texts.isEmpty()) {
            return;
        }
        List<Score> found = scorer.score(
                texts.values().stream().map(text -> new TextPair(query, text)).toList());
        int i = 0;
        for (String id : texts.keySet()) {
            scores.put(id, OptionalDouble.of(found.get(i++).value()));
        }
    }

    /** The candidates, best first, each text once, those of positives only if they are asked for. */
    private List<Mined> ranked(List<Hit> hits, Map<String, String> positives, Map<String, OptionalDouble> scores) {
        Set<String> seen = new HashSet<>(positives.values());
        List<Mined> ranked = new ArrayList<>();
        for (Hit hit : hits) {
            boolean positive = positives.containsKey(hit.id());
            if (positive ? options.includePositives() : seen.add(hit.text())) {
                ranked.add(new Mined(
                        hit.id(), hit.text(), scores.getOrDefault(hit.id(), OptionalDouble.of(hit.score())), positive));
            }
        }
        ranked.sort(Comparator.comparingDouble(one -> -one.score().orElseThrow())); // stable
        return ranked;
    }

    private Optional<Reason> refusal(double score, double lowest) {
        if (options.absoluteMargin().isPresent()
                && score + options.absoluteMargin().getAsDouble() > lowest) {
            return Optional.of(Reason.ABSOLUTE_MARGIN);
        }
        if (options.relativeMargin().isPresent()
                && score > lowest - Math.abs(lowest) * options.relativeMargin().getAsDouble()) {
            return Optional.of(Reason.RELATIVE_MARGIN);
        }
        if (options.maxScore().isPresent() && score > options.maxScore().getAsDouble()) {
            return Optional.of(Reason.MAX_SCORE);
        }
        if (options.minScore().isPresent() && score < options.minScore().getAsDouble()) {
            return Optional.of(Reason.MIN_SCORE);
        }
        return Optional.empty();
    }

    private List<Mined> top(List<Mined> window) {
        return window.subList(0, Math.min(options.negatives(), window.size()));
    }

    /** By chance, which is the same for a query whatever came before it. */
    private List<Mined> sample(List<Mined> window, String query) {
        Random random = new Random(options.seed() * 0x9E3779B97F4A7C15L + query.hashCode());
        List<Mined> rest = new ArrayList<>(window);
        while (rest.size() > options.negatives()) {
            rest.remove(random.nextInt(rest.size()));
        }
        return rest;
    }
}
