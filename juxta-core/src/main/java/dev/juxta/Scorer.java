package dev.juxta;

import java.util.List;

/**
 * Pairs in, scores out: a cross-encoder, an ensemble, a cascade, a bi-encoder's cosine, a remote service. Thread-safe.
 */
public interface Scorer extends AutoCloseable {

    /**
     * Scores pairs.
     *
     * @return one score per pair, in the order of the pairs
     * @throws IllegalArgumentException if {@link LongInput#FAIL} is asked for and a pair is too long
     * @throws IllegalStateException after {@link #close}
     */
    List<Score> score(List<TextPair> pairs, ScoreOptions options);

    /** Scores pairs with the default options. */
    default List<Score> score(List<TextPair> pairs) {
        return score(pairs, ScoreOptions.defaults());
    }

    /**
     * Ranks documents for a query, best first.
     *
     * @throws IllegalArgumentException if there are more documents than {@link RankOptions#maxCandidates}
     * @throws IllegalStateException if the scorer gives several labels, or is closed
     */
    default Ranking rank(String query, List<String> documents, RankOptions options) {
        return new Ranker(this, query, documents, options).rank();
    }

    /** Ranks all documents for a query, best first. */
    default Ranking rank(String query, List<String> documents) {
        return rank(query, documents, RankOptions.defaults());
    }

    /** Frees what the scorer holds, once the calls under way have ended. Using it afterwards is an error. */
    @Override
    void close();
}
