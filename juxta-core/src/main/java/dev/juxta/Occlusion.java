package dev.juxta;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which parts of a document carry its score: each is left out in turn, and what the logit loses is what the part weighs
 * (occlusion; Zeiler and Fergus 2014, arXiv:1311.2901). Parts are the sentences of what the model read of the document; of
 * many, neighbours go together, and a single one is taken apart into runs of words.
 *
 * <pre>{@code
 * Occlusion occlusion = Occlusion.of(pair, score);
 * List<Occlusion.Part> parts = occlusion.parts(score, model.score(occlusion.pairs()));
 * }</pre>
 */
public final class Occlusion {

    /** The most parts of a document, each of which costs a pair. */
    public static final int MOST_PARTS = 24;

    /** Parts of a document of one sentence, as far as it has as many words. */
    private static final int PARTS_OF_A_SENTENCE = 8;

    private final TextPair pair;
    private final Score.Span read;
    private final List<Score.Span> spans;

    private Occlusion(TextPair pair, Score.Span read) {
        this.pair = pair;
        this.read = read;
        this.spans = spans(pair.second(), read);
    }

    /**
     * A part of a document.
     *
     * @param span where it is
     * @param weight what the logit loses without it; below 0 it speaks against the document
     */
    public record Part(Score.Span span, float weight) {}

    /**
     * The occlusion of a pair.
     *
     * @param score which says how much of the second text was read
     */
    public static Occlusion of(TextPair pair, Score score) {
        Optional<Score.Span> span = score.span();
        return new Occlusion(pair, span.orElse(new Score.Span(0, pair.second().length())));
    }

    /** The pair without each of its parts; none if nothing was read of the document. */
    public List<TextPair> pairs() {
        String text = pair.second();
        return spans.stream()
                .map(span -> new TextPair(
                        pair.first(),
                        text.substring(read.begin(), span.begin()) + text.substring(span.end(), read.end())))
                .toList();
    }

    /**
     * The parts and their weights, in the order of the text.
     *
     * @param whole the score of the pair, of a model with one label
     * @param without those of {@link #pairs}
     * @throws IllegalArgumentException if there are not as many
     */
    public List<Part> parts(Score whole, List<Score> without) {
        if (without.size() != spans.size()) {
            throw new IllegalArgumentException(without.size() + " scores for " + spans.size() + " parts");
        }
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < spans.size(); i++) {
            parts.add(new Part(spans.get(i), whole.logit() - without.get(i).logit()));
        }
        return parts;
    }

    private static List<Score.Span> spans(String text, Score.Span read) {
        List<Score.Span> sentences = spans(text, read, BreakIterator.getSentenceInstance(Locale.ROOT));
        if (sentences.size() > 1) {
            return together(sentences, MOST_PARTS);
        }
        return together(spans(text, read, BreakIterator.getWordInstance(Locale.ROOT)), PARTS_OF_A_SENTENCE);
    }

    /** What lies between breaks, without white space around; what is nothing else is left out. */
    private static List<Score.Span> spans(String text, Score.Span read, BreakIterator breaks) {
        breaks.setText(text.substring(read.begin(), read.end()));
        List<Score.Span> spans = new ArrayList<>();
        int begin = breaks.first();
        for (int end = breaks.next(); end != BreakIterator.DONE; end = breaks.next()) {
            String part = text.substring(read.begin() + begin, read.begin() + end);
            if (!part.isBlank()) {
                int from = read.begin()
                        + begin
                        + part.length()
                        - part.stripLeading().length();
                spans.add(new Score.Span(from, from + part.strip().length()));
            }
            begin = end;
        }
        return spans;
    }

    /** At most so many, of neighbours that go together. */
    private static List<Score.Span> together(List<Score.Span> spans, int most) {
        int groups = Math.min(most, spans.size());
        List<Score.Span> joined = new ArrayList<>();
        for (int i = 0; i < groups; i++) {
            int from = i * spans.size() / groups;
            int to = (i + 1) * spans.size() / groups;
            joined.add(new Score.Span(spans.get(from).begin(), spans.get(to - 1).end()));
        }
        return joined;
    }
}
