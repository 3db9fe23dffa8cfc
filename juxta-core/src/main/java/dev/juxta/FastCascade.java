package dev.juxta;

import dev.juxta.checkpoint.SharingFiles;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * The light model that comes with Juxta before the one whose weights it shares: an early exit, for candidates that need no
 * more. What it says of itself is what the larger one would, whose scores its best candidates have.
 */
final class FastCascade implements ScoringModel {

    private final CrossEncoder light;
    private final CrossEncoder full;
    private final Cascade cascade;

    private FastCascade(CrossEncoder light, CrossEncoder full, Cascade.Keep keep) {
        this.light = light;
        this.full = full;
        this.cascade = new Cascade(light, full, keep);
    }

    static FastCascade load(SharingFiles files, LoadOptions options) throws IOException {
        SharingFiles.Passed passed = files.passed();
        Cascade.Keep kept = new Cascade.Keep(passed.share(), passed.least());
        CrossEncoder light = CrossEncoder.load(files, options);
        try {
            return new FastCascade(light, CrossEncoder.load(files.other(), options), kept);
        } catch (IOException | RuntimeException | Error e) {
            light.close();
            throw e;
        }
    }

    @Override
    public List<Score> score(List<TextPair> pairs, ScoreOptions options) {
        return cascade.score(pairs, options);
    }

    @Override
    public ModelInfo info() {
        return full.info();
    }

    @Override
    public List<String> concerns() {
        return Stream.concat(light.concerns().stream(), full.concerns().stream())
                .distinct()
                .toList();
    }

    @Override
    public void require(ScoreOptions options) {
        light.require(options);
        full.require(options);
    }

    @Override
    public int tokens(String text) {
        return full.tokens(text);
    }

    @Override
    public void close() {
        light.close();
        full.close();
    }
}
