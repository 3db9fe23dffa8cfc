package dev.juxta.cli.train;

import dev.juxta.Score;
import dev.juxta.ScoreOptions;
import dev.juxta.Scorer;
import dev.juxta.TextPair;
import java.util.List;

/**
 * A model that reads pairs as the command line says, where those who ask it name no options. Closing it closes the model.
 *
 * @param options how it reads pairs
 */
record OptionedScorer(Scorer model, ScoreOptions options) implements Scorer {

    @Override
    public List<Score> score(List<TextPair> pairs) {
        return model.score(pairs, options);
    }

    @Override
    public List<Score> score(List<TextPair> pairs, ScoreOptions others) {
        return model.score(pairs, others);
    }

    @Override
    public void close() {
        model.close();
    }
}
