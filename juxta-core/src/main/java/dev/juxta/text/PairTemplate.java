package dev.juxta.text;

import java.util.Arrays;
import java.util.List;

/**
 * How two texts become one sequence: special tokens around the first (A) and the second (B), each part with its segment.
 *
 * @param parts in order; A and B once each
 */
public record PairTemplate(List<Part> parts) {

    /** A piece of the sequence. */
    public sealed interface Part {
        int segment();
    }

    /** The tokens of the first or the second text. */
    public record Text(boolean second, int segment) implements Part {}

    /** One special token. */
    public record Special(int id, int segment) implements Part {}

    public PairTemplate {
        parts = List.copyOf(parts);
        long first = parts.stream()
                .filter(part -> part instanceof Text text && !text.second())
                .count();
        long second = parts.stream()
                .filter(part -> part instanceof Text text && text.second())
                .count();
        if (first != 1 || second != 1) {
            throw new IllegalArgumentException("A template for pairs has each text once; this one has the first "
                    + first + " times and the second " + second + " times");
        }
    }

    /** Both texts, one after the other, without special tokens: what a tokenizer without a template gives. */
    public static PairTemplate bare() {
        return new PairTemplate(List.of(new Text(false, 0), new Text(true, 1)));
    }

    /** {@code cls A sep B sep} with segments 0 and 1, as for BERT (Devlin et al. 2018, arXiv:1810.04805). */
    public static PairTemplate bert(int cls, int sep) {
        return new PairTemplate(List.of(
                new Special(cls, 0), new Text(false, 0), new Special(sep, 0), new Text(true, 1), new Special(sep, 1)));
    }

    /** {@code cls A sep sep B sep} in one segment, as for RoBERTa (Liu et al. 2019, arXiv:1907.11692). */
    public static PairTemplate roberta(int cls, int sep) {
        return new PairTemplate(List.of(
                new Special(cls, 0),
                new Text(false, 0),
                new Special(sep, 0),
                new Special(sep, 0),
                new Text(true, 0),
                new Special(sep, 0)));
    }

    /** The number of special tokens. */
    public int specials() {
        return parts.size() - 2;
    }

    /**
     * Puts two texts together.
     *
     * @param first ids of A
     * @param second ids of B
     */
    TokenizedPair apply(TokenRange first, TokenRange second, int lengthBefore) {
        int length = specials() + first.length() + second.length();
        int[] ids = new int[length];
        int[] segments = new int[length];
        int at = 0;
        for (Part part : parts) {
            int from = at;
            if (part instanceof Text text) {
                TokenRange range = text.second() ? second : first;
                System.arraycopy(range.ids(), range.from(), ids, at, range.length());
                at += range.length();
            } else {
                ids[at++] = ((Special) part).id();
            }
            Arrays.fill(segments, from, at, part.segment());
        }
        return new TokenizedPair(ids, segments, lengthBefore);
    }

    /** A run of a text's tokens. */
    record TokenRange(int[] ids, int from, int length) {}
}
