package dev.juxta.measure;

import java.util.OptionalInt;

/**
 * One over the rank of the first relevant document (trec_eval's {@code recip_rank}); 0 if that is beyond the cutoff.
 *
 * @param cutoff ranks that count; empty for all
 */
public record ReciprocalRank(OptionalInt cutoff) implements RankingMeasure {

    public ReciprocalRank {
        cutoff.ifPresent(MeasureName::requirePositive);
    }

    /** At a cutoff. */
    public static ReciprocalRank at(int cutoff) {
        return new ReciprocalRank(OptionalInt.of(cutoff));
    }

    @Override
    public double of(JudgedRanking ranking) {
        for (int i = 0; i < Math.min(cutoff.orElse(Integer.MAX_VALUE), ranking.size()); i++) {
            if (ranking.isRelevant(i)) {
                return 1.0 / (i + 1);
            }
        }
        return 0;
    }

    @Override
    public String toString() {
        return MeasureName.print("RR", cutoff);
    }
}
