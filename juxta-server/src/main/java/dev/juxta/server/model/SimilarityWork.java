package dev.juxta.server.model;

import dev.juxta.Score;
import dev.juxta.ScoreOptions;
import dev.juxta.ScoringModel;
import dev.juxta.TextPair;
import dev.juxta.server.queue.Computation;
import dev.juxta.server.queue.Piece;
import dev.juxta.server.queue.Work;
import java.util.List;

/**
 * Pairs for a model that embeds each text for itself. A batch embeds each distinct text once; its tokens are guessed.
 *
 * @param maxLength tokens of a text
 */
record SimilarityWork(List<TextPair> pairs, int maxLength, Similarities computation)
        implements Work<SimilarityWork.Pair, Score> {

    /** A pair and what it may cost. */
    record Pair(TextPair texts, int tokens) implements Piece {}

    /** Scores pairs by a model. */
    record Similarities(ScoringModel model, ScoreOptions options) implements Computation<Pair, Score> {
        @Override
        public List<Score> run(List<Pair> pairs) {
            return model.score(pairs.stream().map(Pair::texts).toList(), options);
        }
    }

    @Override
    public int size() {
        return pairs.size();
    }

    @Override
    public long estimatedTokens() {
        return read(0, size()).stream().mapToLong(Pair::tokens).sum();
    }

    @Override
    public List<Pair> read(int from, int to) {
        return pairs.subList(from, to).stream()
                .map(pair -> new Pair(
                        pair, TokenEstimate.of(pair.first(), maxLength) + TokenEstimate.of(pair.second(), maxLength)))
                .toList();
    }
}
