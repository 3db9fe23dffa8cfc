package dev.juxta.measure;

import java.util.OptionalInt;

/**
 * Normalized discounted cumulative gain: the sum of gᵢ / log₂(i + 1) over ranks i, with the grade itself as gain g, over
 * that of the ideal ranking (Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002;
 * trec_eval's {@code ndcg} and {@code ndcg_cut}).
 *
 * @param cutoff ranks that count; empty for all
 */
public record Ndcg(OptionalInt cutoff) implements RankingMeasure {

    public Ndcg {
        cutoff.ifPresent(MeasureName::requirePositive);
    }

    /** At a cutoff. */
    public static Ndcg at(int cutoff) {
        return new Ndcg(OptionalInt.of(cutoff));
    }

    @Override
    public double of(JudgedRanking ranking) {
        int depth = cutoff.orElse(Integer.MAX_VALUE);
        double gain = 0;
        for (int i = 0; i < Math.min(depth, ranking.size()); i++) {
            gain += Math.max(0, ranking.grade(i)) / log2(i + 2);
        }
        double ideal = 0;
        for (int i = 0; i < Math.min(depth, ranking.relevant()); i++) {
            ideal += ranking.idealGrade(i) / log2(i + 2);
        }
        return ideal == 0 ? 0 : gain / ideal;
    }

    private static double log2(double x) {
        return Math.log(x) / Math.log(2);
    }

    @Override
    public String toString() {
        return MeasureName.print("nDCG", cutoff);
    }
}
