package dev.juxta.measure;

import dev.juxta.measure.Cuts.Cut;

/**
 * Average precision of scores: Σ (Rₙ − Rₙ₋₁) Pₙ over thresholds n, pairs with equal scores together (scikit-learn's
 * {@code average_precision_score}); 0 where no pair is positive.
 */
public record ScoreAveragePrecision() implements BinaryMeasure {

    @Override
    public double of(double[] scores, boolean[] positive) {
        Cuts cuts = Cuts.of(scores, positive);
        double sum = 0;
        int before = 0;
        for (Cut cut : cuts.cuts()) {
            sum += (double) (cut.truePositives() - before) * cut.truePositives() / cut.taken();
            before = cut.truePositives();
        }
        return cuts.positives() == 0 ? 0 : sum / cuts.positives();
    }

    @Override
    public String toString() {
        return "AP";
    }
}
