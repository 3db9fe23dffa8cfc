package dev.juxta.eval;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Whether two systems differ on the same queries: how often a difference of means at least as large comes about when, on
 * each query, it is left to chance which system got which value (Fisher's test; Smucker et al., "A comparison of
 * statistical significance tests for information retrieval evaluation", 2007). Up to sixteen queries that differ are
 * enumerated, more are sampled with a fixed seed.
 */
public final class RandomisationTest {

    private static final int EXACT = 16;
    private static final int TRIALS = 20_000;
    private static final long SEED = 20_260;
    private static final double ROUNDING = 1e-12;

    private RandomisationTest() {}

    /**
     * The two-sided p-value, in 0 to 1.
     *
     * @param first one value per query
     * @param second one value per query, in the same order
     * @throws IllegalArgumentException if their numbers differ or there are none
     */
    public static double p(double[] first, double[] second) {
        if (first.length != second.length || first.length == 0) {
            throw new IllegalArgumentException("Two systems are compared on the same queries, and these have "
                    + first.length + " and " + second.length);
        }
        double[] differences = new double[first.length];
        Arrays.setAll(differences, i -> first[i] - second[i]);
        // changing the sign of 0 changes nothing
        differences = Arrays.stream(differences).filter(d -> d != 0).toArray();
        double observed = Math.abs(Arrays.stream(differences).sum());
        double atLeast =
                observed - ROUNDING * Arrays.stream(differences).map(Math::abs).sum();
        return differences.length <= EXACT ? exact(differences, atLeast) : sampled(differences, atLeast);
    }

    private static double exact(double[] differences, double atLeast) {
        int all = 1 << differences.length;
        int reached = 0;
        for (long signs = 0; signs < all; signs++) {
            reached += Math.abs(sum(differences, 0, signs)) >= atLeast ? 1 : 0;
        }
        return (double) reached / all;
    }

    private static double sampled(double[] differences, double atLeast) {
        SplittableRandom random = new SplittableRandom(SEED);
        int reached = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            double sum = 0;
            for (int from = 0; from < differences.length; from += Long.SIZE) {
                sum += sum(differences, from, random.nextLong());
            }
            reached += Math.abs(sum) >= atLeast ? 1 : 0;
        }
        // what was observed is one of the possible outcomes itself
        return (reached + 1.0) / (TRIALS + 1.0);
    }

    /** The sum of up to 64 differences from an index on; a bit that is set changes a sign. */
    private static double sum(double[] differences, int from, long signs) {
        double sum = 0;
        int to = Math.min(differences.length, from + Long.SIZE);
        for (int i = from; i < to; i++) {
            sum += (signs >>> (i - from) & 1) == 0 ? differences[i] : -differences[i];
        }
        return sum;
    }
}
