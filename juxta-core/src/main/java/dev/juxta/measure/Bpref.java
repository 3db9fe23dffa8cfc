package dev.juxta.measure;

/**
 * How many of the preferences of relevant over non-relevant documents the ranking keeps, judged documents alone: for each
 * relevant document that was returned 1 − min(n, R) / min(N, R), where n non-relevant ones stand above it, over the number
 * R of relevant ones (Buckley and Voorhees, "Retrieval evaluation with incomplete information", 2004; trec_eval's
 * {@code bpref}).
 */
public record Bpref() implements RankingMeasure {

    @Override
    public double of(JudgedRanking ranking) {
        int relevant = ranking.relevant();
        double limit = Math.min(ranking.nonRelevant(), relevant);
        double sum = 0;
        int above = 0;
        for (int i = 0; i < ranking.size(); i++) {
            if (ranking.isRelevant(i)) {
                sum += above == 0 ? 1 : 1 - Math.min(above, relevant) / limit;
            } else if (ranking.grade(i) != JudgedRanking.UNJUDGED) {
                above++;
            }
        }
        return relevant == 0 ? 0 : sum / relevant;
    }

    @Override
    public String toString() {
        return "Bpref";
    }
}
