package dev.juxta.train.loss;

/** The mean over queries of −Σ softmax(y)·log softmax(s) (Cao et al. 2007, ListNet's top-one probabilities). */
public record ListNet() implements Loss {

    @Override
    public String name() {
        return "listnet";
    }

    @Override
    public LossValue of(ScoredLists batch) {
        float[] wanted = new float[batch.labels().length];
        for (int list = 0; list < batch.lists(); list++) {
            int from = batch.offsets()[list];
            double[] probabilities = Softmax.of(batch.labels(), from, batch.offsets()[list + 1], 1);
            for (int i = 0; i < probabilities.length; i++) {
                wanted[from + i] = (float) probabilities[i];
            }
        }
        return new CrossEntropy().of(new ScoredLists(batch.scores(), wanted, batch.offsets()));
    }
}
