package dev.juxta.measure;

import dev.juxta.measure.Cuts.Cut;

/** The share of pairs on their right side of the threshold that makes it largest; no pair need count as positive. */
public record BestAccuracy() implements BinaryMeasure {

    @Override
    public double of(double[] scores, boolean[] positive) {
        return best(scores, positive).value();
    }

    /** The value, and the threshold that gives it; infinity where it is best to call no pair positive. */
    public BestThreshold best(double[] scores, boolean[] positive) {
        Cuts cuts = Cuts.of(scores, positive);
        int negatives = cuts.pairs() - cuts.positives();
        BestThreshold best = new BestThreshold((double) negatives / cuts.pairs(), Double.POSITIVE_INFINITY, 0, 0);
        for (Cut cut : cuts.cuts()) {
            int falsePositives = cut.taken() - cut.truePositives();
            double accuracy = (double) (cut.truePositives() + negatives - falsePositives) / cuts.pairs();
            if (accuracy > best.value()) {
                best = new BestThreshold(
                        accuracy,
                        cut.threshold(),
                        (double) cut.truePositives() / cut.taken(),
                        cuts.positives() == 0 ? 0 : (double) cut.truePositives() / cuts.positives());
            }
        }
        return best;
    }

    @Override
    public String toString() {
        return "Accuracy";
    }
}
