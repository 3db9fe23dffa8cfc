package dev.juxta.train.mining;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Which candidates become negatives, as sentence-transformers' {@code mine_hard_negatives} chooses them. Scores are those
 * of the first stage, or of the model that rescores its candidates, where there is one.
 *
 * @param rangeMin how many of the best to pass over
 * @param rangeMax how many of the best to look at; empty for just enough, or ten times that where filters throw some out
 * @param maxScore candidates above it are thrown out
 * @param minScore candidates below it are thrown out
 * @param absoluteMargin by how much a negative must lie below the lowest positive p
 * @param relativeMargin the same as a part of |p|
 * @param negatives the most per query
 * @param random whether they are taken by chance instead of from the top
 * @param includePositives whether positives stay among the candidates, in their places
 * @param seed of chance
 */
public record MiningOptions(
        int rangeMin,
        OptionalInt rangeMax,
        OptionalDouble maxScore,
        OptionalDouble minScore,
        OptionalDouble absoluteMargin,
        OptionalDouble relativeMargin,
        int negatives,
        boolean random,
        boolean includePositives,
        long seed) {

    /** How much deeper to look where filters throw candidates out. */
    private static final int FILTERED_DEPTH = 10;

    public MiningOptions {
        if (rangeMin < 0 || negatives < 1) {
            throw new IllegalArgumentException(
                    "The least rank must not be below 0, nor the negatives below 1: " + rangeMin + ", " + negatives);
        }
        if (rangeMax.isPresent() && rangeMax.getAsInt() - rangeMin < negatives) {
            throw new IllegalArgumentException("Between the ranks " + rangeMin + " and " + rangeMax.getAsInt()
                    + " there is no room for " + negatives
                    + " negatives; lower the least rank or the negatives, or raise"
                    + " the largest rank");
        }
    }

    /** The three best, unfiltered. */
    public static MiningOptions defaults() {
        return new MiningOptions(
                0,
                OptionalInt.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                3,
                false,
                false,
                1);
    }

    /** Whether scores are compared with the positives'. */
    public boolean hasMargin() {
        return absoluteMargin.isPresent() || relativeMargin.isPresent();
    }

    /** How many candidates to look at beside the positives. */
    int depth(boolean rescored) {
        boolean filtered = hasMargin() || maxScore.isPresent() || (rescored && minScore.isPresent());
        return rangeMax.orElse(rangeMin + negatives * (filtered ? FILTERED_DEPTH : 1));
    }
}
