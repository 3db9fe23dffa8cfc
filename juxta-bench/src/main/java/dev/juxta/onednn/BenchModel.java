package dev.juxta.onednn;

import dev.juxta.CrossEncoder;
import dev.juxta.LoadOptions;
import dev.juxta.TextPair;
import dev.juxta.engine.Precision;
import java.io.IOException;
import java.util.List;

/** The models that the programs measure, and pairs of a wanted length. */
final class BenchModel {

    private BenchModel() {}

    /**
     * Loads a model on this engine.
     *
     * @param name a checkpoint's directory, or {@code embedded}
     * @param threads how many; 0 for all cores
     */
    static CrossEncoder load(String name, Precision precision, int threads) throws IOException {
        LoadOptions options =
                LoadOptions.defaults().withEngine(OneDnnEngine.NAME).withPrecision(precision);
        if (threads > 0) {
            options = options.withThreads(threads);
        }
        return CrossEncoder.load(name, options);
    }

    /** A pair that has {@code tokens} tokens to a model that reads "one" as one of them, or the fewest that a pair has. */
    static TextPair pair(CrossEncoder model, int tokens) {
        TextPair shortest = new TextPair("one", "one");
        int rest = tokens - model.score(List.of(shortest)).get(0).tokens();
        return new TextPair("one", "one" + " one".repeat(Math.max(0, rest)));
    }
}
