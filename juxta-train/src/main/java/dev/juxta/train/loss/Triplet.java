package dev.juxta.train.loss;

/**
 * The mean over all negatives of max(0, s⁻ − s⁺ + margin). The first of each list is the positive; for a bi-encoder,
 * scores are similarities or negated distances. Labels are not read.
 *
 * @param margin by how much a positive should be ahead
 */
public record Triplet(double margin) implements Loss {

    @Override
    public String name() {
        return "triplet";
    }

    @Override
    public LossValue of(ScoredLists batch) {
        int negatives = batch.scores().length - batch.lists();
        double[] gradient = new double[batch.scores().length];
        double sum = 0;
        for (int list = 0; list < batch.lists(); list++) {
            int positive = batch.offsets()[list];
            for (int i = positive + 1; i < batch.offsets()[list + 1]; i++) {
                double behind = (double) batch.scores()[i] - batch.scores()[positive] + margin;
                if (behind > 0) {
                    sum += behind;
                    gradient[i] += 1.0 / negatives;
                    gradient[positive] -= 1.0 / negatives;
                }
            }
        }
        return LossValue.of(negatives == 0 ? 0 : sum / negatives, gradient);
    }
}
