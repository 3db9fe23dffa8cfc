package dev.juxta.search;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** What a hit's place in one list adds to its score in the merged one. */
public abstract class Fusion {

    private Fusion() {}

    /** What each hit of a list adds, given their scores, best first. */
    abstract List<Double> parts(int member, List<Double> scores);

    /** Checks that there are so many members. */
    void requireMembers(int members) {
        if (members < 1) {
            throw new IllegalArgumentException("There is nothing to merge");
        }
    }

    /** Reciprocal ranks, 1 / (60 + rank) (Cormack, Clarke and Büttcher 2009): scores do not matter, only places. */
    public static Fusion reciprocalRanks() {
        return new ReciprocalRanks();
    }

    /**
     * Scores brought to 0 (a list's last) … 1 (its first), by weights.
     *
     * @param weights one per member, none negative, not all 0
     */
    public static Fusion weights(List<Double> weights) {
        return new Weights(List.copyOf(weights));
    }

    private static final class ReciprocalRanks extends Fusion {

        private static final int K = 60;

        @Override
        List<Double> parts(int member, List<Double> scores) {
            return IntStream.rangeClosed(1, scores.size())
                    .mapToObj(rank -> 1.0 / (K + rank))
                    .toList();
        }
    }

    private static final class Weights extends Fusion {

        private final List<Double> weights;

        Weights(List<Double> weights) {
            if (weights.stream().anyMatch(weight -> !(weight >= 0 && weight < Double.POSITIVE_INFINITY))
                    || weights.stream().allMatch(weight -> weight == 0)) {
                throw new IllegalArgumentException(
                        "Weights are numbers from 0 on, and one is above it; these are " + weights);
            }
            this.weights = weights;
        }

        @Override
        void requireMembers(int members) {
            if (members != weights.size()) {
                throw new IllegalArgumentException(members + " retrievers and " + weights.size() + " weights");
            }
        }

        @Override
        List<Double> parts(int member, List<Double> scores) {
            if (scores.isEmpty()) {
                return List.of();
            }
            double least = Collections.min(scores);
            double range = Collections.max(scores) - least;
            double weight = weights.get(member);
            return scores.stream()
                    .map(score -> weight * (range == 0 ? 1 : (score - least) / range))
                    .toList();
        }
    }
}
