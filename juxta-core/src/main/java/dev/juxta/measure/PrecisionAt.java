package dev.juxta.measure;

/**
 * The share of the first {@code cutoff} ranks that hold relevant documents; ranks that were not filled count as misses
 * (trec_eval's {@code P}).
 *
 * @param cutoff ranks that count, at least 1
 */
public record PrecisionAt(int cutoff) implements RankingMeasure {

    public PrecisionAt {
        MeasureName.requirePositive(cutoff);
    }

    @Override
    public double of(JudgedRanking ranking) {
        return (double) ranking.relevantWithin(cutoff) / cutoff;
    }

    @Override
    public String toString() {
        return "P@" + cutoff;
    }
}
