package dev.juxta.text;

import dev.juxta.text.PairTemplate.Part;
import dev.juxta.text.PairTemplate.Special;
import dev.juxta.text.PairTemplate.Text;
import java.util.Arrays;
import java.util.List;

/**
 * How one text becomes a sequence: special tokens around it, each part with its segment.
 *
 * @param parts in order; the text once, as a first one
 */
public record TextTemplate(List<Part> parts) {

    public TextTemplate {
        parts = List.copyOf(parts);
        List<Part> texts = parts.stream().filter(Text.class::isInstance).toList();
        if (texts.size() != 1 || ((Text) texts.get(0)).second()) {
            throw new IllegalArgumentException("A template for one text has a first text once; this one has " + texts);
        }
    }

    /** The text without special tokens: what a tokenizer without a template gives. */
    public static TextTemplate bare() {
        return new TextTemplate(List.of(new Text(false, 0)));
    }

    /** {@code cls A sep}, as BERT and RoBERTa both have it. */
    public static TextTemplate between(int cls, int sep) {
        return new TextTemplate(List.of(new Special(cls, 0), new Text(false, 0), new Special(sep, 0)));
    }

    /** Whether a special token comes last. */
    boolean endsWithSpecial() {
        return parts.get(parts.size() - 1) instanceof Special;
    }

    /** The number of special tokens. */
    public int specials() {
        return parts.size() - 1;
    }

    /**
     * Puts special tokens around the first of a text's tokens.
     *
     * @param ids the text's tokens
     * @param length how many are taken
     * @param lengthBefore the length that is reported as before truncation
     */
    TokenizedText apply(int[] ids, int length, int lengthBefore) {
        int[] all = new int[specials() + length];
        int[] segments = new int[all.length];
        int at = 0;
        for (Part part : parts) {
            int begin = at;
            if (part instanceof Special special) {
                all[at++] = special.id();
            } else {
                System.arraycopy(ids, 0, all, at, length);
                at += length;
            }
            Arrays.fill(segments, begin, at, part.segment());
        }
        return new TokenizedText(all, segments, lengthBefore);
    }
}
