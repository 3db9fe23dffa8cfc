package dev.juxta;

import dev.juxta.TextEmbedding.Embedded;
import dev.juxta.text.TextFrame;
import dev.juxta.text.TextTokenizer.Window;
import dev.juxta.text.TokenizedText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Scores of pairs whose texts are embedded each for itself. Each distinct text of a slab is embedded once, and a query
 * that goes on into the next slab is not embedded again.
 *
 * @param <V> what is made of a text: a vector, or vectors of its tokens
 */
final class SimilarityScoring<V> {

    private static final int LONGEST_QUOTE = 60;

    private final TextEmbedding texts;
    private final Similar<V> similar;

    SimilarityScoring(TextEmbedding texts, Similar<V> similar) {
        this.texts = texts;
        this.similar = similar;
    }

    /** How alike two texts are. */
    interface Similar<V> {
        float of(V query, V document);
    }

    /** How the texts of one side are read, and what is made of them. */
    record Side<V>(TextFrame frame, Function<Embedded, V> vectors) {}

    /** Both. */
    record Sides<V>(Side<V> queries, Side<V> documents) {}

    /** A sequence and what was made of it. */
    private record Read<V>(Window window, V vectors) {}

    /** One score per pair, in the order of the pairs; its logit and its value are the similarity. */
    List<Score> score(List<TextPair> pairs, ScoreOptions options, Sides<V> sides) {
        LongInput onLongQuery = options.onLong() == LongInput.FAIL ? LongInput.FAIL : LongInput.TRUNCATE;
        List<Score> scores = new ArrayList<>(pairs.size());
        Map<String, List<Read<V>>> firsts = Map.of();
        for (int from = 0; from < pairs.size(); from += TextEmbedding.SLAB) {
            List<TextPair> slab = pairs.subList(from, Math.min(pairs.size(), from + TextEmbedding.SLAB));
            firsts = read(slab, TextPair::first, sides.queries, onLongQuery, firsts);
            Map<String, List<Read<V>>> seconds =
                    read(slab, TextPair::second, sides.documents, options.onLong(), Map.of());
            for (TextPair pair : slab) {
                Read<V> query = firsts.getOrDefault(pair.first(), List.of()).get(0);
                scores.add(score(query, seconds.getOrDefault(pair.second(), List.of()), options.onLong()));
                options.progress().accept(scores.size());
            }
        }
        return List.copyOf(scores);
    }

    /** The texts of one side, of which those that are known are not embedded again. */
    private Map<String, List<Read<V>>> read(
            List<TextPair> pairs,
            Function<TextPair, String> text,
            Side<V> side,
            LongInput onLong,
            Map<String, List<Read<V>>> known) {
        Map<String, List<Read<V>>> all = new HashMap<>();
        List<String> unknown = new ArrayList<>();
        for (String one : pairs.stream().map(text).distinct().toList()) {
            Optional.ofNullable(known.get(one)).ifPresentOrElse(found -> all.put(one, found), () -> unknown.add(one));
        }
        int[] next = {0};
        texts.embed(unknown, side.frame, onLong, index -> quoted(unknown.get(index)), sequences -> {
            String one = unknown.get(next[0]++);
            List<Read<V>> made = new ArrayList<>();
            for (Embedded sequence : sequences) {
                TextEmbedding.requireFinite(sequence.vector(), quoted(one));
                made.add(new Read<>(sequence.window(), side.vectors.apply(sequence)));
            }
            all.put(one, made);
        });
        return all;
    }

    private Score score(Read<V> query, List<Read<V>> windows, LongInput onLong) {
        Read<V> best = windows.get(0);
        float largest = Float.NEGATIVE_INFINITY;
        for (Read<V> window : windows) {
            float similarity = similar.of(query.vectors, window.vectors);
            if (similarity > largest) {
                largest = similarity;
                best = window;
            }
        }
        TokenizedText first = query.window.text();
        TokenizedText second = best.window.text();
        return new Score(
                List.of(largest),
                List.of(largest),
                Optional.empty(),
                first.length() + second.length(),
                first.truncated() + second.truncated(),
                onLong == LongInput.CHUNK || first.truncated() + second.truncated() > 0
                        ? Optional.of(new Score.Span(best.window.begin(), best.window.end()))
                        : Optional.empty());
    }

    private static String quoted(String text) {
        String start = text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
        return "The text \"" + start + "\"";
    }
}
