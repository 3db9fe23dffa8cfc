package dev.juxta.train.loss;

import java.util.Arrays;

/**
 * The mean over queries of −Σᵢ [sᵢ − log Σ_{j≥i} e^{sⱼ}], the log likelihood of an order of documents (Xia et al. 2008).
 *
 * @param order which order that is
 */
public record ListMle(DocumentOrder order) implements Loss {

    @Override
    public String name() {
        return "listmle";
    }

    @Override
    public LossValue of(ScoredLists batch) {
        double[] gradient = new double[batch.scores().length];
        double sum = 0;
        for (int list = 0; list < batch.lists(); list++) {
            double[] weights = new double[batch.length(list)];
            Arrays.fill(weights, 1);
            sum += add(batch, order.of(batch, list), weights, gradient);
        }
        return LossValue.of(sum / batch.lists(), gradient);
    }

    /**
     * One list's −Σᵢ wᵢ·[sᵢ − log Σ_{j≥i} e^{sⱼ}].
     *
     * @param places of its scores in the batch, the best first
     * @param weights w
     * @param gradient receives its part of the mean over lists
     */
    static double add(ScoredLists batch, int[] places, double[] weights, double[] gradient) {
        int length = places.length;
        double[] logTail = new double[length]; // log Σ_{j≥i} e^{sⱼ}
        double log = Double.NEGATIVE_INFINITY;
        double sum = 0;
        for (int i = length - 1; i >= 0; i--) {
            double score = batch.scores()[places[i]];
            double larger = Math.max(log, score);
            log = larger + Math.log(Math.exp(log - larger) + Math.exp(score - larger));
            logTail[i] = log;
            sum -= weights[i] * (score - log);
        }
        for (int j = 0; j < length; j++) {
            double slope = -weights[j];
            for (int i = 0; i <= j; i++) {
                slope += weights[i] * Math.exp(batch.scores()[places[j]] - logTail[i]);
            }
            gradient[places[j]] += slope / batch.lists();
        }
        return sum;
    }
}
