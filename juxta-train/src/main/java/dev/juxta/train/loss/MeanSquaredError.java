package dev.juxta.train.loss;

/** The mean over scores of (s − y)². */
public record MeanSquaredError() implements Loss {

    @Override
    public String name() {
        return "mse";
    }

    @Override
    public boolean comparesDocuments() {
        return false;
    }

    @Override
    public LossValue of(ScoredLists batch) {
        int count = batch.scores().length;
        double[] gradient = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            double error = (double) batch.scores()[i] - batch.labels()[i];
            sum += error * error;
            gradient[i] = 2 * error / count;
        }
        return LossValue.of(sum / count, gradient);
    }
}
