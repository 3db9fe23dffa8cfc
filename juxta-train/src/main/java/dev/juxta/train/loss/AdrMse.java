package dev.juxta.train.loss;

/**
 * The mean over documents of (π − π̂)² / log₂(π + 1), where π is a document's rank by label (documents with equal labels
 * share the middle of their ranks) and π̂ = 1 + Σ_{j≠i} σ(α·(sⱼ − sᵢ)) its rank by score, softened.
 *
 * @param alpha α, the steepness
 */
public record AdrMse(double alpha) implements Loss {

    @Override
    public String name() {
        return "adr-mse";
    }

    @Override
    public LossValue of(ScoredLists batch) {
        int documents = batch.scores().length;
        double[] gradient = new double[documents];
        double sum = 0;
        for (int list = 0; list < batch.lists(); list++) {
            for (int i = batch.offsets()[list]; i < batch.offsets()[list + 1]; i++) {
                sum += add(batch, list, i, gradient) / documents;
            }
        }
        return LossValue.of(sum, gradient);
    }

    private double add(ScoredLists batch, int list, int i, double[] gradient) {
        int from = batch.offsets()[list];
        int to = batch.offsets()[list + 1];
        double wanted = rank(batch, from, to, i);
        double found = 1;
        for (int j = from; j < to; j++) {
            found += j == i ? 0 : Softmax.sigmoid(ahead(batch, j, i));
        }
        double discount = 1 / (Math.log(wanted + 1) / Math.log(2));
        double slope = -2 * discount * (wanted - found) / batch.scores().length; // by π̂
        for (int j = from; j < to; j++) {
            if (j != i) {
                double x = ahead(batch, j, i);
                double part = slope * alpha * Softmax.sigmoid(x) * Softmax.sigmoid(-x);
                gradient[j] += part;
                gradient[i] -= part;
            }
        }
        return discount * (wanted - found) * (wanted - found);
    }

    private double ahead(ScoredLists batch, int j, int i) {
        return alpha * ((double) batch.scores()[j] - batch.scores()[i]);
    }

    private static double rank(ScoredLists batch, int from, int to, int i) {
        int greater = 0;
        int equal = 0;
        for (int j = from; j < to; j++) {
            greater += batch.labels()[j] > batch.labels()[i] ? 1 : 0;
            equal += batch.labels()[j] == batch.labels()[i] ? 1 : 0;
        }
        return greater + (equal + 1) / 2.0;
    }
}
