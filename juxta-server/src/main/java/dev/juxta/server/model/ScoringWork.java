package dev.juxta.server.model;

import dev.juxta.CrossEncoder;
import dev.juxta.PairReader;
import dev.juxta.ReadPair;
import dev.juxta.Score;
import dev.juxta.TextPair;
import dev.juxta.server.queue.Computation;
import dev.juxta.server.queue.Piece;
import dev.juxta.server.queue.Work;
import java.util.List;

/**
 * Pairs for a cross-encoder, which are tokenized once, ahead.
 *
 * @param estimatedTokens what they may cost
 */
record ScoringWork(List<TextPair> pairs, PairReader reader, long estimatedTokens, Scoring computation)
        implements Work<ScoringWork.Pair, Score> {

    /** A pair that was read. */
    record Pair(ReadPair read) implements Piece {
        @Override
        public int tokens() {
            return read.tokens();
        }
    }

    /** Scores what the readers of a model have read. */
    record Scoring(CrossEncoder model) implements Computation<Pair, Score> {
        @Override
        public List<Score> run(List<Pair> pairs) {
            return model.scoreRead(pairs.stream().map(Pair::read).toList());
        }
    }

    @Override
    public int size() {
        return pairs.size();
    }

    @Override
    public List<Pair> read(int from, int to) {
        return reader.read(pairs.subList(from, to)).stream().map(Pair::new).toList();
    }
}
