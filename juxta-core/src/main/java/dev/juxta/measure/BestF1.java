package dev.juxta.measure;

import dev.juxta.measure.Cuts.Cut;

/** The F1 of the positive class at the threshold that makes it largest. */
public record BestF1() implements BinaryMeasure {

    @Override
    public double of(double[] scores, boolean[] positive) {
        return best(scores, positive).value();
    }

    /** The value, and the threshold that gives it. */
    public BestThreshold best(double[] scores, boolean[] positive) {
        Cuts cuts = Cuts.of(scores, positive);
        BestThreshold best = new BestThreshold(-1, 0, 0, 0);
        for (Cut cut : cuts.cuts()) {
            // 2 · precision · recall / (precision + recall)
            double f1 = 2.0 * cut.truePositives() / (cut.taken() + cuts.positives());
            if (f1 > best.value()) {
                best = new BestThreshold(
                        f1,
                        cut.threshold(),
                        (double) cut.truePositives() / cut.taken(),
                        cuts.positives() == 0 ? 0 : (double) cut.truePositives() / cuts.positives());
            }
        }
        return best;
    }

    @Override
    public String toString() {
        return "F1";
    }
}
