package dev.juxta.train.loss;

/**
 * The LambdaLoss framework (Wang et al. 2018, "The LambdaLoss Framework for Ranking Metric Optimization"): the mean, over
 * the batch's pairs of documents i and j of one query with yᵢ &gt; yⱼ of which one is among the k best scored, of
 * −w·log₂ σ(σ₀·(sᵢ − sⱼ)). A batch without such a pair costs nothing.
 *
 * @param scheme w, by the gains Gᵢ = (2^{yᵢ} − 1) / maxDCG@k and discounts Dᵢ = log₂(1 + i) of ranks i by score
 * @param depth k; 0 for all
 * @param sigma σ₀, the steepness
 */
public record LambdaLoss(Scheme scheme, int depth, double sigma) implements Loss {

    private static final double SMALLEST_DCG = 1e-10;

    /** How a pair's weight follows from what swapping its documents would do to nDCG. */
    public enum Scheme {
        /** 1: RankNet */
        NONE {
            @Override
            double weight(double[] gain, int i, int j) {
                return 1;
            }
        },
        /** Gᵢ / Dᵢ, for all pairs whatever their labels, with themselves too */
        NDCG1 {
            @Override
            double weight(double[] gain, int i, int j) {
                return gain[i] / discount(i + 1);
            }
        },
        /** |1/D_{|i−j|} − 1/D_{|i−j|+1}| · |Gᵢ − Gⱼ| */
        NDCG2 {
            @Override
            double weight(double[] gain, int i, int j) {
                int distance = Math.abs(i - j);
                return distance == 0
                        ? 0
                        : (1 / discount(distance) - 1 / discount(distance + 1)) * Math.abs(gain[i] - gain[j]);
            }
        },
        /** |1/Dᵢ − 1/Dⱼ| · |Gᵢ − Gⱼ| */
        LAMBDA_RANK {
            @Override
            double weight(double[] gain, int i, int j) {
                return Math.abs(1 / discount(i + 1) - 1 / discount(j + 1)) * Math.abs(gain[i] - gain[j]);
            }
        },
        /** 10 · NDCG2 + LAMBDA_RANK */
        NDCG2_PLUS_PLUS {
            @Override
            double weight(double[] gain, int i, int j) {
                return 10 * NDCG2.weight(gain, i, j) + LAMBDA_RANK.weight(gain, i, j);
            }
        };

        /**
         * The weight of a pair.
         *
         * @param gain G, by rank
         * @param i rank from 0 of the better document
         * @param j rank from 0 of the worse one
         */
        abstract double weight(double[] gain, int i, int j);
    }

    /** NDCGLoss2++ over all documents, the strongest of the paper. */
    public static LambdaLoss standard() {
        return new LambdaLoss(Scheme.NDCG2_PLUS_PLUS, 0, 1);
    }

    /** RankNet (Burges et al. 2005): all pairs alike. */
    public static LambdaLoss rankNet() {
        return new LambdaLoss(Scheme.NONE, 0, 1);
    }

    /** D of a rank from 1. */
    private static double discount(int rank) {
        return Math.log(1.0 + rank) / Math.log(2);
    }

    @Override
    public String name() {
        return scheme == Scheme.NONE ? "ranknet" : "lambda";
    }

    @Override
    public LossValue of(ScoredLists batch) {
        double[] gradient = new double[batch.scores().length];
        int k = depth == 0 ? batch.longest() : depth;
        double sum = 0;
        long pairs = 0;
        for (int list = 0; list < batch.lists(); list++) {
            int[] places = DocumentOrder.descending(batch.scores(), batch, list);
            double[] gain = gains(batch, list, places, k);
            for (int i = 0; i < places.length; i++) {
                for (int j = 0; j < places.length; j++) {
                    if ((i < k || j < k) && counts(batch, places[i], places[j])) {
                        sum += add(batch, places[i], places[j], scheme.weight(gain, i, j), gradient);
                        pairs++;
                    }
                }
            }
        }
        double factor = 1 / (Math.log(2) * Math.max(1, pairs));
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] *= factor;
        }
        return LossValue.of(sum * factor, gradient);
    }

    private boolean counts(ScoredLists batch, int better, int worse) {
        return scheme == Scheme.NDCG1 || batch.labels()[better] > batch.labels()[worse];
    }

    private double add(ScoredLists batch, int better, int worse, double weight, double[] gradient) {
        double ahead = sigma * ((double) batch.scores()[better] - batch.scores()[worse]);
        double slope = weight * sigma * Softmax.sigmoid(-ahead);
        gradient[better] -= slope;
        gradient[worse] += slope;
        return -weight * Softmax.logSigmoid(ahead);
    }

    /** G of each rank by score. */
    private static double[] gains(ScoredLists batch, int list, int[] places, int k) {
        int[] ideal = DocumentOrder.LABELS.of(batch, list);
        double best = 0;
        for (int rank = 1; rank <= Math.min(k, ideal.length); rank++) {
            best += gain(batch.labels()[ideal[rank - 1]]) / discount(rank);
        }
        double[] gains = new double[places.length];
        for (int i = 0; i < gains.length; i++) {
            gains[i] = gain(batch.labels()[places[i]]) / Math.max(best, SMALLEST_DCG);
        }
        return gains;
    }

    private static double gain(float label) {
        return Math.pow(2, Math.max(0, label)) - 1;
    }
}
