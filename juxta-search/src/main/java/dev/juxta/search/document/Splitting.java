package dev.juxta.search.document;

import dev.juxta.search.Origin;
import dev.juxta.search.Passage;
import dev.juxta.search.document.Words.Span;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How documents are split into passages.
 *
 * @param by where
 * @param size the most words of a passage
 * @param overlap words that a window repeats of the one before ({@link By#TOKENS} only)
 */
public record Splitting(By by, int size, int overlap) {

    /** Words of a passage: about what a small model reads (512 tokens) at half. */
    public static final int DEFAULT_SIZE = 200;

    /** Words that a window repeats. */
    public static final int DEFAULT_OVERLAP = 40;

    /** Where documents are split. */
    public enum By {
        /** at headings; what is longer, at sentences */
        HEADING,
        /** at ends of sentences, as many as fit */
        SENTENCE,
        /** into windows of words, which overlap */
        TOKENS,
        /** not at all */
        NONE;

        /**
         * Reads {@code heading}, {@code sentence}, {@code tokens} or {@code none}.
         *
         * @throws IllegalArgumentException for any other text
         */
        public static By of(String name) {
            return Arrays.stream(values())
                    .filter(by -> by.toString().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("\"" + name + "\" is not one of "
                            + Arrays.stream(values()).map(By::toString).collect(Collectors.joining(", "))));
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Splitting {
        if (size < 1) {
            throw new IllegalArgumentException("A passage has at least 1 word, not " + size);
        }
        if (overlap < 0 || overlap >= size) {
            throw new IllegalArgumentException(
                    "The overlap must be from 0 to below the " + size + " words of a passage, not " + overlap);
        }
    }

    /** At headings, of the default size. */
    public static Splitting defaults() {
        return new Splitting(By.HEADING, DEFAULT_SIZE, DEFAULT_OVERLAP);
    }

    /**
     * Reads what {@link #toString} writes.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static Splitting parse(String text) {
        String[] parts = text.split(" ", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("\"" + text + "\" is not such as \"" + defaults() + "\"");
        }
        return new Splitting(By.of(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }

    /** Such as {@code heading 200 40}. */
    @Override
    public String toString() {
        return by + " " + size + " " + overlap;
    }

    /**
     * Splits a document.
     *
     * @param file where it stood
     * @return its passages in order; together they hold every word but those of the headings they stand under. A title
     *     without a text is a passage too
     */
    public List<Passage> split(SourceDocument document, String file) {
        List<Span> spans = spans(document);
        if (spans.isEmpty() && !document.title().isBlank()) {
            spans = List.of(new Span(0, 0)); // a title says something, too
        }
        String name = document.id().orElse(document.line() > 0 ? file + ":" + document.line() : file);
        boolean numbered = document.line() == 0 || spans.size() > 1;
        List<Passage> passages = new ArrayList<>(spans.size());
        for (Span span : spans) {
            passages.add(new Passage(
                    numbered ? name + "#" + (passages.size() + 1) : name,
                    document.headingAt(span.begin()),
                    document.text().substring(span.begin(), span.end()),
                    Optional.of(new Origin(
                            file, document.line(), document.pageAt(span.begin()), span.begin(), span.end()))));
        }
        return passages;
    }

    private List<Span> spans(SourceDocument document) {
        String text = document.text();
        List<Span> spans = new ArrayList<>();
        switch (by) {
            case NONE -> addTrimmed(text, 0, text.length(), spans);
            case TOKENS -> addWindows(text, 0, text.length(), spans);
            case SENTENCE -> addSentences(text, 0, text.length(), spans);
            case HEADING -> {
                int begin = 0;
                for (Heading heading : document.headings()) {
                    addSentences(text, begin, heading.begin(), spans);
                    begin = heading.end();
                }
                addSentences(text, begin, text.length(), spans);
            }
        }
        return spans;
    }

    private static void addTrimmed(String text, int begin, int end, List<Span> spans) {
        int from = begin;
        int to = end;
        while (from < to && Character.isWhitespace(text.charAt(from))) {
            from++;
        }
        while (to > from && Character.isWhitespace(text.charAt(to - 1))) {
            to--;
        }
        if (from < to) {
            spans.add(new Span(from, to));
        }
    }

    private void addWindows(String text, int begin, int end, List<Span> spans) {
        List<Span> words = Words.of(text, begin, end);
        for (int first = 0; first < words.size(); first += size - overlap) {
            int next = first + size;
            boolean last = next >= words.size();
            int from = first == 0 ? begin : words.get(first).begin();
            addTrimmed(text, from, last ? end : words.get(next).begin(), spans);
            if (last) {
                return;
            }
        }
    }

    /** As many sentences as fit into each passage; a sentence that is too long is cut into windows. */
    private void addSentences(String text, int begin, int end, List<Span> spans) {
        BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ROOT);
        sentences.setText(text.substring(begin, end));
        int open = begin;
        int words = 0;
        int from = begin;
        for (int next = sentences.next(); next != BreakIterator.DONE; next = sentences.next()) {
            int to = begin + next;
            int more = Words.of(text, from, to).size();
            if (words > 0 && words + more > size) {
                addTrimmed(text, open, from, spans);
                open = from;
                words = 0;
            }
            words += more;
            from = to;
            if (words > size) {
                addWindows(text, open, to, spans);
                open = to;
                words = 0;
            }
        }
        addTrimmed(text, open, end, spans);
    }
}
