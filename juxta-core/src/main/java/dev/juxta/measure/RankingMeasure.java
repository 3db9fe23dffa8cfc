package dev.juxta.measure;

/** How good one query's ranking is, as trec_eval computes it. It prints as {@link #parse} reads it. */
public interface RankingMeasure {

    /** The value for one query, in 0 to 1; 0 where no document is relevant. */
    double of(JudgedRanking ranking);

    /**
     * Reads a measure such as {@code nDCG@10}, {@code RR}, {@code AP@100} or {@code Bpref}.
     *
     * @throws IllegalArgumentException for any other text
     */
    static RankingMeasure parse(String text) {
        MeasureName name = MeasureName.parse(text);
        return switch (name.base()) {
            case "ndcg" -> new Ndcg(name.cutoff());
            case "rr", "mrr" -> new ReciprocalRank(name.cutoff());
            case "ap", "map" -> new AveragePrecision(name.cutoff());
            case "p" -> new PrecisionAt(name.requiredCutoff());
            case "r" -> new RecallAt(name.requiredCutoff());
            case "success" -> new SuccessAt(name.requiredCutoff());
            case "judged" -> new JudgedAt(name.requiredCutoff());
            case "rprec" -> name.without(new RPrecision());
            case "bpref" -> name.without(new Bpref());
            default ->
                throw new IllegalArgumentException(
                        "\"" + text + "\" is not a measure of rankings; those are nDCG, nDCG@10,"
                                + " RR, RR@10, AP, AP@100, P@10, R@100, Success@5, Judged@10, Rprec and Bpref, at any cutoff");
        };
    }
}
