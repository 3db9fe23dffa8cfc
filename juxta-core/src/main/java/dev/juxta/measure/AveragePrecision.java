package dev.juxta.measure;

import java.util.OptionalInt;

/**
 * The mean, over all relevant documents, of the precision at their ranks, 0 for those that were not returned (trec_eval's
 * {@code map} and {@code map_cut}).
 *
 * @param cutoff ranks that count; empty for all
 */
public record AveragePrecision(OptionalInt cutoff) implements RankingMeasure {

    public AveragePrecision {
        cutoff.ifPresent(MeasureName::requirePositive);
    }

    @Override
    public double of(JudgedRanking ranking) {
        double sum = 0;
        int found = 0;
        for (int i = 0; i < Math.min(cutoff.orElse(Integer.MAX_VALUE), ranking.size()); i++) {
            if (ranking.isRelevant(i)) {
                found++;
                sum += (double) found / (i + 1);
            }
        }
        return ranking.relevant() == 0 ? 0 : sum / ranking.relevant();
    }

    @Override
    public String toString() {
        return MeasureName.print("AP", cutoff);
    }
}
