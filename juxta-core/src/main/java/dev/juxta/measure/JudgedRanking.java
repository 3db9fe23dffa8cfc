package dev.juxta.measure;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What a measure sees of one query: the grades of the documents as they were ranked, and how often each grade was given.
 * A grade of 1 or more is relevant, 0 is not; a negative one means, as in trec_eval, that the document was pooled and
 * left unjudged.
 */
public final class JudgedRanking {

    /** Stands for documents without a judgement, or with a negative one. */
    static final int UNJUDGED = -1;

    /**
     * trec_eval's order, best first: by score as a 32-bit float, equals by the bytes of their ids, descending. It makes
     * a measure independent of the order in which a tool happened to write a run.
     */
    public static final Comparator<Map.Entry<String, Double>> ORDER =
            Comparator.<Map.Entry<String, Double>>comparingDouble(
                            entry -> 0.0 - entry.getValue().floatValue())
                    .thenComparing(Map.Entry::getKey, (a, b) -> compareCodePoints(b, a));

    private final int[] ranked; // [documents], grades in the order of the ranking
    private final int[] judged; // [judged documents], grades of 0 and more, descending
    private final int relevant;

    private JudgedRanking(int[] ranked, int[] judged) {
        this.ranked = ranked;
        this.judged = judged;
        this.relevant = (int) Arrays.stream(judged).filter(grade -> grade > 0).count();
    }

    /**
     * Documents by their scores, in {@link #ORDER}.
     *
     * @param judgements the grade of each judged document
     * @param scores the score of each document that was returned; not NaN
     */
    public static JudgedRanking of(Map<String, Integer> judgements, Map<String, Double> scores) {
        return ofRanked(
                judgements,
                scores.entrySet().stream().sorted(ORDER).map(Map.Entry::getKey).toList());
    }

    /**
     * Documents as they were ranked, each once.
     *
     * @param judgements the grade of each judged document
     * @param documents ids, best first
     */
    public static JudgedRanking ofRanked(Map<String, Integer> judgements, List<String> documents) {
        int[] ranked = documents.stream()
                .mapToInt(id -> Math.max(UNJUDGED, judgements.getOrDefault(id, UNJUDGED)))
                .toArray();
        int[] judged = judgements.values().stream()
                .filter(grade -> grade >= 0)
                .sorted(Comparator.reverseOrder())
                .mapToInt(Integer::intValue)
                .toArray();
        return new JudgedRanking(ranked, judged);
    }

    /** UTF-8's order, which is that of code points and not of UTF-16. */
    private static int compareCodePoints(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char left = a.charAt(i);
            char right = b.charAt(i);
            if (left != right) {
                boolean surrogates = Character.isSurrogate(left) != Character.isSurrogate(right);
                return surrogates ? (Character.isSurrogate(left) ? 1 : -1) : Character.compare(left, right);
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    /** How many documents were returned. */
    int size() {
        return ranked.length;
    }

    /** The grade at a place from 0, or {@link #UNJUDGED}. */
    int grade(int place) {
        return ranked[place];
    }

    /** Whether the document at a place from 0 is relevant. */
    boolean isRelevant(int place) {
        return ranked[place] > 0;
    }

    /** Relevant documents among the first {@code cutoff}. */
    int relevantWithin(int cutoff) {
        int found = 0;
        for (int i = 0; i < Math.min(cutoff, ranked.length); i++) {
            found += isRelevant(i) ? 1 : 0;
        }
        return found;
    }

    /** How many documents were judged relevant, returned or not. */
    public int relevant() {
        return relevant;
    }

    /** How many documents were judged not relevant, returned or not. */
    int nonRelevant() {
        return judged.length - relevant;
    }

    /** The grades of 0 and more of all judged documents, best first: the ideal ranking. */
    int idealGrade(int place) {
        return judged[place];
    }

    /**
     * Interpolated precision at recall 0, 0.1, …, 1: the best precision at that recall or beyond.
     *
     * @return eleven values; all 0 where no document is relevant
     */
    public double[] interpolatedPrecision() {
        double[] precision = new double[11];
        int found = relevantWithin(ranked.length);
        double best = 0;
        int level = 10;
        for (int place = ranked.length - 1; place >= 0 && relevant > 0; place--) {
            while (level >= 0 && needed(level) > found) {
                precision[level--] = best;
            }
            best = Math.max(best, found / (place + 1.0));
            found -= isRelevant(place) ? 1 : 0;
        }
        while (level >= 0 && relevant > 0) {
            precision[level--] = best;
        }
        return precision;
    }

    /** The least number of relevant documents that make up a recall of {@code level} tenths. */
    private int needed(int level) {
        return (level * relevant + 9) / 10;
    }
}
