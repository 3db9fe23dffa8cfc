package dev.juxta.train.loss;

/**
 * The mean over queries of −log softmax(c·σ(s)) at the positive, which is first in its list; its negatives follow.
 * Labels are not read. The trainer adds no documents of the batch's other queries: a cross-encoder would have to score each.
 *
 * @param scale c, 10 by custom
 */
public record MultipleNegativesRanking(double scale) implements Loss {

    @Override
    public String name() {
        return "mnrl";
    }

    @Override
    public LossValue of(ScoredLists batch) {
        float[] squashed = new float[batch.scores().length];
        float[] positives = new float[squashed.length];
        for (int i = 0; i < squashed.length; i++) {
            squashed[i] = (float) Softmax.sigmoid(batch.scores()[i]);
        }
        for (int list = 0; list < batch.lists(); list++) {
            positives[batch.offsets()[list]] = 1;
        }
        ScoredLists inner = new ScoredLists(squashed, positives, batch.offsets());
        double[] gradient = new double[squashed.length];
        double sum = 0;
        for (int list = 0; list < batch.lists(); list++) {
            sum += CrossEntropy.add(inner, list, scale, gradient);
        }
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] *= Softmax.sigmoid(batch.scores()[i]) * Softmax.sigmoid(-batch.scores()[i]); // σ′
        }
        return LossValue.of(sum / batch.lists(), gradient);
    }
}
