package dev.juxta.train.calibration;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The probability below which the best document of a list is none that answers: where questions with an answer among
 * their documents and the same questions without it are told apart best, while most of those with one keep it.
 *
 * @param threshold from 0 to 1; a best probability below it means that there is no good match
 * @param found the share of lists with a relevant document whose best reaches it
 * @param refused the share of lists without one whose best does not
 */
public record NoMatch(double threshold, double found, double refused) {

    /** One list's best probabilities: of all its documents, and of those that are not relevant. */
    public record Bests(double withAnswer, double without) {}

    /** The same threshold with the shares that it has on other lists. */
    public NoMatch on(List<Bests> lists) {
        if (lists.isEmpty()) {
            throw new IllegalArgumentException("Shares take lists with relevant and other documents");
        }
        return new NoMatch(
                threshold,
                share(lists, bests -> bests.withAnswer() >= threshold),
                share(lists, bests -> bests.without() < threshold));
    }

    private static double share(List<Bests> lists, Predicate<Bests> wanted) {
        return (double) lists.stream().filter(wanted).count() / lists.size();
    }

    /**
     * Of the thresholds with at least so large a {@code found}, that where the mean of {@code found} and {@code refused} is
     * highest.
     *
     * @param keep from 0 to 1
     * @throws IllegalArgumentException if there are no lists
     */
    public static NoMatch of(List<Bests> lists, double keep) {
        if (lists.isEmpty()) {
            throw new IllegalArgumentException("A threshold takes lists with relevant and other documents");
        }
        List<Double> with = lists.stream().map(Bests::withAnswer).sorted().toList();
        List<Double> without = lists.stream().map(Bests::without).sorted().toList();
        List<Double> cuts = new ArrayList<>(with);
        cuts.addAll(without);
        cuts.sort(null);
        NoMatch best = new NoMatch(0, 1, 0);
        int below = 0;
        int refused = 0;
        for (int i = 1; i < cuts.size(); i++) {
            double cut = (cuts.get(i - 1) + cuts.get(i)) / 2;
            while (below < with.size() && with.get(below) < cut) {
                below++;
            }
            while (refused < without.size() && without.get(refused) < cut) {
                refused++;
            }
            NoMatch here = new NoMatch(cut, 1 - (double) below / with.size(), (double) refused / without.size());
            if (here.found() >= keep && here.found() + here.refused() > best.found() + best.refused()) {
                best = here;
            }
        }
        return best;
    }
}
