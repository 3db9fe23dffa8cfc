package dev.juxta.measure;

/**
 * Whether a relevant document is among the first {@code cutoff}: 1 or 0 (trec_eval's {@code success}).
 *
 * @param cutoff ranks that count, at least 1
 */
public record SuccessAt(int cutoff) implements RankingMeasure {

    public SuccessAt {
        MeasureName.requirePositive(cutoff);
    }

    @Override
    public double of(JudgedRanking ranking) {
        return ranking.relevantWithin(cutoff) > 0 ? 1 : 0;
    }

    @Override
    public String toString() {
        return "Success@" + cutoff;
    }
}
