package dev.juxta.measure;

/**
 * The share of the relevant documents that are among the first {@code cutoff} (trec_eval's {@code recall}).
 *
 * @param cutoff ranks that count, at least 1
 */
public record RecallAt(int cutoff) implements RankingMeasure {

    public RecallAt {
        MeasureName.requirePositive(cutoff);
    }

    @Override
    public double of(JudgedRanking ranking) {
        return ranking.relevant() == 0 ? 0 : (double) ranking.relevantWithin(cutoff) / ranking.relevant();
    }

    @Override
    public String toString() {
        return "R@" + cutoff;
    }
}
