package dev.juxta.measure;

/** Precision at R, the number of relevant documents (trec_eval's {@code Rprec}). */
public record RPrecision() implements RankingMeasure {

    @Override
    public double of(JudgedRanking ranking) {
        int relevant = ranking.relevant();
        return relevant == 0 ? 0 : (double) ranking.relevantWithin(relevant) / relevant;
    }

    @Override
    public String toString() {
        return "Rprec";
    }
}
