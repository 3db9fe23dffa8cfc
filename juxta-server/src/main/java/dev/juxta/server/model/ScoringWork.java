package dev.juxta.server.model;

import dev.juxta.CrossEncoder;
import dev.juxta.PairReader;
import dev.juxta.Prompt;
import dev.juxta.ReadPair;
import dev.juxta.Score;
import dev.juxta.ScoreOptions;
import dev.juxta.server.queue.Computation;
import dev.juxta.server.queue.Piece;
import dev.juxta.server.queue.Work;
import java.util.List;

/** Pairs for a cross-encoder, which are tokenized once, ahead. */
final class ScoringWork implements Work<ScoringWork.Pair, Score> {

    private final PairsToScore asked;
    private final PairReader reader;
    private final long estimate;
    private final Computation<Pair, Score> computation;

    /** A pair that was read. */
    record Pair(ReadPair read) implements Piece {
        @Override
        public int tokens() {
            return read.tokens();
        }
    }

    /**
     * @param prompt before each first text
     * @param computation of the same model
     */
    ScoringWork(PairsToScore asked, Prompt prompt, CrossEncoder model, Computation<Pair, Score> computation) {
        this.asked = asked;
        this.computation = computation;
        int most = asked.maxLength().orElse(model.info().maxLength());
        this.reader =
                model.reader(ScoreOptions.defaults().withOnLong(asked.onLong()).withPrompt(prompt), most);
        this.estimate = TokenEstimate.of(asked.pairs(), asked.onLong(), most);
    }

    /** Scores what the readers of a model have read. */
    static Computation<Pair, Score> computation(CrossEncoder model) {
        return pairs -> model.scoreRead(pairs.stream().map(Pair::read).toList());
    }

    @Override
    public int size() {
        return asked.pairs().size();
    }

    @Override
    public long estimatedTokens() {
        return estimate;
    }

    @Override
    public List<Pair> read(int from, int to) {
        return reader.read(asked.pairs().subList(from, to)).stream()
                .map(Pair::new)
                .toList();
    }

    @Override
    public Computation<Pair, Score> computation() {
        return computation;
    }
}
