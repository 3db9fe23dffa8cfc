package dev.juxta.train.loss;

/**
 * ListMLE whose terms count the more the higher they stand: wᵢ = (2^{n−i} − 1) / Σ (Lan et al. 2014, p-ListMLE).
 *
 * @param order of documents whose likelihood is taken
 */
public record PositionAwareListMle(DocumentOrder order) implements Loss {

    @Override
    public String name() {
        return "plistmle";
    }

    @Override
    public LossValue of(ScoredLists batch) {
        double[] gradient = new double[batch.scores().length];
        double sum = 0;
        for (int list = 0; list < batch.lists(); list++) {
            sum += ListMle.add(batch, order.of(batch, list), weights(batch.length(list)), gradient);
        }
        return LossValue.of(sum / batch.lists(), gradient);
    }

    /** Divided by 2ⁿ, which the division by their sum takes back, so that no list is too long for them. */
    private static double[] weights(int length) {
        double[] weights = new double[length];
        double sum = 0;
        for (int i = 0; i < length; i++) {
            weights[i] = Math.pow(2, -(i + 1)) - Math.pow(2, -length);
            sum += weights[i];
        }
        for (int i = 0; i < length && sum > 0; i++) {
            weights[i] /= sum;
        }
        return weights;
    }
}
