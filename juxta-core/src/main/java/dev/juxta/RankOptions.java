package dev.juxta;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How documents are ranked.
 *
 * @param topK how many of the best to return, at least 1; empty for all
 * @param minScore the least activated value to return
 * @param returnDocuments whether results carry their texts
 * @param budget the time after which no further documents are scored; the first few always are
 * @param maxCandidates the most documents that one call may rank
 * @param scoring how each pair is scored
 */
public record RankOptions(
        OptionalInt topK,
        OptionalDouble minScore,
        boolean returnDocuments,
        Optional<Duration> budget,
        int maxCandidates,
        ScoreOptions scoring) {

    /**
     * The most documents one call ranks unless the caller raises it by name: a cross-encoder reads every one of them, so
     * beyond this a corpus wants a first stage that picks 50 to 1,000 candidates.
     */
    public static final int DEFAULT_MAX_CANDIDATES = 10_000;

    private static final RankOptions DEFAULTS = new RankOptions(
            OptionalInt.empty(),
            OptionalDouble.empty(),
            true,
            Optional.empty(),
            DEFAULT_MAX_CANDIDATES,
            ScoreOptions.defaults());

    public RankOptions {
        if (topK.isPresent() && topK.getAsInt() < 1) {
            throw new IllegalArgumentException("top k must be at least 1, not " + topK.getAsInt());
        }
        if (minScore.isPresent() && Double.isNaN(minScore.getAsDouble())) {
            throw new IllegalArgumentException("The minimum score must be a number, not NaN");
        }
        if (budget.isPresent() && (budget.get().isNegative() || budget.get().isZero())) {
            throw new IllegalArgumentException("A latency budget must be longer than 0, not " + budget.get());
        }
        if (maxCandidates < 1) {
            throw new IllegalArgumentException("maxCandidates must be at least 1, not " + maxCandidates);
        }
    }

    /** All documents, best first, with their texts. */
    public static RankOptions defaults() {
        return DEFAULTS;
    }

    /** The best {@code k}. */
    public static RankOptions topK(int k) {
        return DEFAULTS.withTopK(k);
    }

    /** As many as can be scored in {@code time}. */
    public static RankOptions budget(Duration time) {
        return DEFAULTS.withBudget(time);
    }

    public RankOptions withTopK(int k) {
        return new RankOptions(OptionalInt.of(k), minScore, returnDocuments, budget, maxCandidates, scoring);
    }

    public RankOptions withMinScore(double value) {
        return new RankOptions(topK, OptionalDouble.of(value), returnDocuments, budget, maxCandidates, scoring);
    }

    public RankOptions withReturnDocuments(boolean carry) {
        return new RankOptions(topK, minScore, carry, budget, maxCandidates, scoring);
    }

    public RankOptions withBudget(Duration time) {
        return new RankOptions(topK, minScore, returnDocuments, Optional.of(time), maxCandidates, scoring);
    }

    /** Raises (or lowers) the guard against ranking a whole corpus. */
    public RankOptions withMaxCandidates(int most) {
        return new RankOptions(topK, minScore, returnDocuments, budget, most, scoring);
    }

    public RankOptions withScoring(ScoreOptions options) {
        return new RankOptions(topK, minScore, returnDocuments, budget, maxCandidates, options);
    }
}
