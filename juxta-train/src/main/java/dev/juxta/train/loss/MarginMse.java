package dev.juxta.train.loss;

/**
 * The mean over all negatives of ((s⁺ − s⁻) − (t⁺ − t⁻))² (Hofstätter et al. 2020, arXiv:2010.02666). Labels are the
 * teacher's scores t; the first of each list is the positive.
 */
public record MarginMse() implements Loss {

    @Override
    public String name() {
        return "margin-mse";
    }

    @Override
    public LossValue of(ScoredLists batch) {
        int margins = batch.scores().length - batch.lists();
        double[] gradient = new double[batch.scores().length];
        double sum = 0;
        for (int list = 0; list < batch.lists(); list++) {
            int positive = batch.offsets()[list];
            for (int i = positive + 1; i < batch.offsets()[list + 1]; i++) {
                double found = (double) batch.scores()[positive] - batch.scores()[i];
                double wanted = (double) batch.labels()[positive] - batch.labels()[i];
                double error = found - wanted;
                sum += error * error;
                gradient[positive] += 2 * error / margins;
                gradient[i] -= 2 * error / margins;
            }
        }
        return LossValue.of(margins == 0 ? 0 : sum / margins, gradient);
    }
}
