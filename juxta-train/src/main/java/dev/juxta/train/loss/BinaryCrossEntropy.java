package dev.juxta.train.loss;

import java.util.Optional;

/**
 * The mean over scores of −w·y·log σ(s) − (1 − y)·log(1 − σ(s)).
 *
 * @param positiveWeight w, the weight of positives; 1 for none
 */
public record BinaryCrossEntropy(double positiveWeight) implements Loss {

    @Override
    public String name() {
        return "bce";
    }

    @Override
    public boolean teachesLogOdds() {
        return true;
    }

    @Override
    public boolean comparesDocuments() {
        return false;
    }

    @Override
    public Optional<String> refusal(float label) {
        return label >= 0 && label <= 1
                ? Optional.empty()
                : Optional.of("the label " + label
                        + " is no probability, 0 to 1, as the loss bce takes it; use mse, or a" + " loss of lists");
    }

    @Override
    public LossValue of(ScoredLists batch) {
        int count = batch.scores().length;
        double[] gradient = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            double score = batch.scores()[i];
            double positive = positiveWeight * batch.labels()[i];
            double negative = 1 - batch.labels()[i];
            sum -= positive * Softmax.logSigmoid(score) + negative * Softmax.logSigmoid(-score);
            gradient[i] = (negative * Softmax.sigmoid(score) - positive * Softmax.sigmoid(-score)) / count;
        }
        return LossValue.of(sum / count, gradient);
    }
}
