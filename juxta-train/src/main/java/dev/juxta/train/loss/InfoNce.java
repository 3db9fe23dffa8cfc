package dev.juxta.train.loss;

/**
 * The mean over queries of −Σ y·log softmax(c·s) over a query's similarities with its document and with others (van den
 * Oord et al. 2018, arXiv:1807.03748). Labels are 1 for the document that belongs to the query, else 0.
 *
 * @param scale c, the inverse temperature; 20 by custom for cosines
 */
public record InfoNce(double scale) implements Loss {

    @Override
    public String name() {
        return "infonce";
    }

    @Override
    public LossValue of(ScoredLists batch) {
        double[] gradient = new double[batch.scores().length];
        double sum = 0;
        for (int list = 0; list < batch.lists(); list++) {
            sum += CrossEntropy.add(batch, list, scale, gradient);
        }
        return LossValue.of(sum / batch.lists(), gradient);
    }
}
