package dev.juxta.train.loss;

/** The mean over pairs of −Σ y·log softmax(s), where a list has the logits of a pair's classes, and its label is one-hot. */
public record CrossEntropy() implements Loss {

    @Override
    public String name() {
        return "ce";
    }

    @Override
    public boolean comparesDocuments() {
        return false;
    }

    @Override
    public LossValue of(ScoredLists batch) {
        double[] gradient = new double[batch.scores().length];
        double sum = 0;
        for (int list = 0; list < batch.lists(); list++) {
            sum += add(batch, list, 1, gradient);
        }
        return LossValue.of(sum / batch.lists(), gradient);
    }

    /**
     * One list's −Σ y·log softmax(c·s).
     *
     * @param factor c
     * @param gradient receives its part of the mean over lists
     */
    static double add(ScoredLists batch, int list, double factor, double[] gradient) {
        int from = batch.offsets()[list];
        int to = batch.offsets()[list + 1];
        double log = Softmax.logSum(batch.scores(), from, to, factor);
        double mass = 0;
        double sum = 0;
        for (int i = from; i < to; i++) {
            mass += batch.labels()[i];
            sum -= batch.labels()[i] * (batch.scores()[i] * factor - log);
        }
        for (int i = from; i < to; i++) {
            double probability = Math.exp(batch.scores()[i] * factor - log);
            gradient[i] += factor * (mass * probability - batch.labels()[i]) / batch.lists();
        }
        return sum;
    }
}
