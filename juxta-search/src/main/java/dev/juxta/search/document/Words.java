package dev.juxta.search.document;

import java.util.ArrayList;
import java.util.List;

/**
 * The words of a text, for measuring it: runs of letters and digits, ideographs and kana one by one. Scripts without
 * spaces between words are cut every few letters, so that they are measured too.
 */
final class Words {

    private static final int LONGEST = 16;

    private Words() {}

    /** Where a piece of text begins and ends. */
    record Span(int begin, int end) {}

    /** The words between two indices. */
    static List<Span> of(String text, int begin, int end) {
        List<Span> words = new ArrayList<>();
        int open = -1;
        for (int i = begin; i < end; ) {
            int point = text.codePointAt(i);
            int next = i + Character.charCount(point);
            boolean alone = isAlone(point);
            boolean inside = !alone && (Character.isLetterOrDigit(point) || isMark(point));
            if (open >= 0 && (!inside || i - open >= LONGEST)) {
                words.add(new Span(open, i));
                open = -1;
            }
            if (alone) {
                words.add(new Span(i, next));
            } else if (inside && open < 0) {
                open = i;
            }
            i = next;
        }
        if (open >= 0) {
            words.add(new Span(open, end));
        }
        return words;
    }

    /** How many words a text has. */
    static int count(String text) {
        return of(text, 0, text.length()).size();
    }

    private static boolean isAlone(int point) {
        Character.UnicodeScript script = Character.UnicodeScript.of(point);
        return script == Character.UnicodeScript.HAN
                || script == Character.UnicodeScript.HIRAGANA
                || script == Character.UnicodeScript.KATAKANA;
    }

    private static boolean isMark(int point) {
        int type = Character.getType(point);
        return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
    }
}
