package dev.juxta.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The ways to cut pairs in two by a threshold. Pairs with equal scores fall on the same side.
 *
 * @param positives positive pairs in all
 * @param pairs pairs in all
 * @param cuts from the highest threshold to the lowest, which takes every pair
 */
record Cuts(int positives, int pairs, List<Cut> cuts) {

    /**
     * Pairs with a score of at least {@code threshold}.
     *
     * @param threshold halfway to the next lower score; at the last cut the lowest score itself
     * @param taken how many there are
     * @param truePositives how many of them are positive
     */
    record Cut(double threshold, int taken, int truePositives) {}

    static Cuts of(double[] scores, boolean[] positive) {
        Samples.requireSame(scores.length, positive.length);
        Integer[] order = new Integer[scores.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingDouble(i -> -scores[i]));
        List<Cut> cuts = new ArrayList<>();
        int found = 0;
        for (int i = 0; i < order.length; i++) {
            found += positive[order[i]] ? 1 : 0;
            boolean last = i + 1 == order.length;
            double score = scores[order[i]];
            double next = last ? score : scores[order[i + 1]];
            if (last || next != score) {
                cuts.add(new Cut(last ? score : (score + next) / 2, i + 1, found));
            }
        }
        return new Cuts(found, scores.length, cuts);
    }
}
