package dev.juxta.measure;

/**
 * The share of the first {@code cutoff} documents that were judged at all: how much the other measures guess. Fewer
 * documents are their own denominator, and none give 0.
 *
 * @param cutoff ranks that count, at least 1
 */
public record JudgedAt(int cutoff) implements RankingMeasure {

    public JudgedAt {
        MeasureName.requirePositive(cutoff);
    }

    @Override
    public double of(JudgedRanking ranking) {
        int depth = Math.min(cutoff, ranking.size());
        int judged = 0;
        for (int i = 0; i < depth; i++) {
            judged += ranking.grade(i) == JudgedRanking.UNJUDGED ? 0 : 1;
        }
        return depth == 0 ? 0 : (double) judged / depth;
    }

    @Override
    public String toString() {
        return "Judged@" + cutoff;
    }
}
