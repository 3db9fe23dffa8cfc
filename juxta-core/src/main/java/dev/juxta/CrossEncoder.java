package dev.juxta;

import dev.juxta.PairScoring.Asked;
import dev.juxta.PairScoring.Scored;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.CheckpointSource;
import dev.juxta.checkpoint.EmbeddedCheckpoint;
import dev.juxta.hub.ModelStore;
import dev.juxta.model.OutputActivation;
import dev.juxta.text.PairTokenizer;
import dev.juxta.text.TokenizedPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A model that reads two texts in one pass with full attention between them. It holds one immutable set of weights for
 * any number of threads. {@link #close} waits for the calls under way, then frees everything at once.
 *
 * <pre>{@code
 * try (CrossEncoder model = CrossEncoder.embedded()) {
 *     List<Ranked> best = model.rank("How many people live in Berlin?", passages, RankOptions.topK(3));
 * }
 * }</pre>
 */
public final class CrossEncoder implements ScoringModel {

    private final LoadedModel model;
    private final PairScoring scoring;
    private final Lifetime lifetime;

    private CrossEncoder(LoadedModel model) {
        this.model = model;
        this.scoring = new PairScoring(model.tokenizer().tokenizer(), model.network(), model.fit());
        this.lifetime = new Lifetime(model.info().location());
    }

    /** Loads the checkpoint in a directory. */
    public static CrossEncoder load(Path directory) throws IOException {
        return load(directory, LoadOptions.defaults());
    }

    /**
     * Loads the checkpoint in a directory.
     *
     * @throws IOException if a file is missing or damaged, or of a kind that is not supported; the message says which
     */
    public static CrossEncoder load(Path directory, LoadOptions options) throws IOException {
        return load(CheckpointSource.directory(directory), options);
    }

    /** Loads a directory, a hub model such as {@code cross-encoder/ms-marco-MiniLM-L6-v2}, or {@code embedded}. */
    public static CrossEncoder load(String nameOrDirectory) throws IOException {
        return load(nameOrDirectory, LoadOptions.defaults());
    }

    /**
     * Loads the model that comes with Juxta ({@code embedded}; {@code embedded-fast} is here its early exit alone, and
     * the cascade of both as a {@link ScoringModel}), one in a directory, or a hub model such as {@code
     * cross-encoder/ms-marco-MiniLM-L6-v2}: from the cache that Python's
     * client keeps too, else it is fetched. The environment decides as it does there (HF_HOME, HF_TOKEN, HF_ENDPOINT,
     * HF_HUB_OFFLINE, …); {@link ModelStore} fetches with progress, and lists and removes.
     *
     * @throws IOException if there is no such model, or it cannot be fetched or read; the message says what would help
     */
    public static CrossEncoder load(String nameOrDirectory, LoadOptions options) throws IOException {
        return load(LoadedModel.find(nameOrDirectory, options), options);
    }

    /**
     * Loads a checkpoint, wherever it lies.
     *
     * @throws IOException if a file is missing or damaged, or of a kind that is not supported; the message says which
     */
    public static CrossEncoder load(CheckpointFiles files, LoadOptions options) throws IOException {
        return new CrossEncoder(LoadedModel.load(files, options));
    }

    /** Loads the model that comes with {@code juxta-model-default}, without network or disk. */
    public static CrossEncoder embedded() throws IOException {
        return embedded(LoadOptions.defaults());
    }

    /**
     * Loads the model that comes with {@code juxta-model-default}, without network or disk.
     *
     * @throws IOException if that jar is not on the class path
     */
    public static CrossEncoder embedded(LoadOptions options) throws IOException {
        return load(EmbeddedCheckpoint.DEFAULT.files(), options);
    }

    @Override
    public ModelInfo info() {
        return model.info();
    }

    @Override
    public List<String> concerns() {
        return scoring.concerns();
    }

    @Override
    public void require(ScoreOptions options) {
        var unused = asked(options);
    }

    @Override
    public int tokens(String text) {
        PairTokenizer tokenizer = model.tokenizer().tokenizer();
        return lifetime.whileOpen(
                () -> tokenizer.first("", "").with(text, info().maxLength()).lengthBefore() - tokenizer.specials());
    }

    @Override
    public List<Score> score(List<TextPair> pairs, ScoreOptions options) {
        return lifetime.whileOpen(() -> {
            List<Score> scores = new ArrayList<>(pairs.size());
            scoring.score(pairs, asked(options), (pair, sequences) -> {
                scores.add(score(pair, sequences, options.onLong()));
                options.progress().accept(scores.size());
            });
            return List.copyOf(scores);
        });
    }

    /**
     * Reads pairs that {@link #scoreRead} scores later, in any company; the progress of the options is not told.
     *
     * @throws IllegalArgumentException if the maximum length leaves no room for texts, or the model does not read as many
     *     tokens, or it cannot do what is asked for with long ones
     */
    public PairReader reader(ScoreOptions options) {
        return new PairReader(scoring, lifetime, asked(options));
    }

    private Asked asked(ScoreOptions options) {
        requireChunkable(options);
        int least = model.tokenizer().tokenizer().specials() + Reading.TOGETHER.texts();
        return new Asked(
                options.prompt().resolve(info(), info().defaultPrompt()),
                options.onLong(),
                options.maxLength(least, info().maxLength()));
    }

    /**
     * Scores pairs that a {@link #reader} of this model has read.
     *
     * @return one score per pair, in the order of the pairs
     * @throws IllegalArgumentException if a pair was read by another model
     * @throws IllegalStateException after {@link #close}
     */
    public List<Score> scoreRead(List<ReadPair> pairs) {
        if (!pairs.stream().allMatch(pair -> pair.isOf(scoring))) {
            throw new IllegalArgumentException("A pair was read by another model than this (" + info().location()
                    + "); each model scores what its own reader has read");
        }
        return lifetime.whileOpen(() -> {
            List<Score> scores = new ArrayList<>(pairs.size());
            scoring.scoreRead(pairs.stream().map(ReadPair::windows).toList(), 0, (pair, sequences) -> {
                scores.add(score(pair, sequences, pairs.get(pair).onLong()));
            });
            return List.copyOf(scores);
        });
    }

    @Override
    public Ranking rank(String query, List<String> documents, RankOptions options) {
        if (labels() != 1) {
            throw new IllegalStateException("This model has " + labels() + " labels " + info().labels()
                    + ", and documents are ranked by one; use classify");
        }
        return ScoringModel.super.rank(query, documents, options);
    }

    /** Classifies pairs with the default options. */
    public List<Classification> classify(List<TextPair> pairs) {
        return classify(pairs, ScoreOptions.defaults());
    }

    /**
     * Classifies pairs by a model with several labels: the softmax of its logits.
     *
     * @return one classification per pair, in the order of the pairs
     * @throws IllegalStateException if the model has one label
     */
    public List<Classification> classify(List<TextPair> pairs, ScoreOptions options) {
        if (labels() == 1) {
            throw new IllegalStateException(
                    "This model has one label, so there is nothing to choose between; use score");
        }
        return score(pairs, options).stream().map(this::classification).toList();
    }

    private Classification classification(Score score) {
        float[] logits = new float[labels()];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = score.logits().get(i);
        }
        float[] probabilities = OutputActivation.SOFTMAX.apply(logits);
        List<Classification.LabelProbability> classes = new ArrayList<>();
        for (int i = 0; i < logits.length; i++) {
            classes.add(new Classification.LabelProbability(info().labels().get(i), probabilities[i]));
        }
        return new Classification(classes, score);
    }

    /** The tokens that the model would read for each pair, cut where they are too long. */
    public List<TokenizedPair> tokenize(List<TextPair> pairs, Prompt prompt) {
        return lifetime.whileOpen(() -> scoring.tokenize(pairs, prompt.resolve(info(), info().defaultPrompt())));
    }

    private int labels() {
        return info().labels().size();
    }

    private void requireChunkable(ScoreOptions options) {
        if (options.onLong() == LongInput.CHUNK && labels() != 1) {
            throw new IllegalArgumentException("chunk picks the window with the best score, and this model has "
                    + labels() + " labels; choose truncate or fail");
        }
    }

    private Score score(int pair, List<Scored> sequences, LongInput onLong) {
        for (Scored sequence : sequences) {
            requireFinite(pair, sequence.logits());
        }
        Scored best = sequences.stream()
                .max(Comparator.comparingDouble(scored -> scored.logits()[0]))
                .orElseThrow();
        if (onLong != LongInput.CHUNK) {
            best = sequences.get(0);
        }
        Optional<Score.Span> span =
                onLong == LongInput.CHUNK || best.window().pair().truncated() > 0
                        ? Optional.of(new Score.Span(
                                best.window().begin(), best.window().end()))
                        : Optional.empty();
        TokenizedPair tokens = best.window().pair();
        List<Float> logits = boxed(best.logits());
        Optional<String> label =
                labels() == 1 ? Optional.empty() : Optional.of(info().labels().get(indexOfLargest(logits)));
        return new Score(
                logits,
                boxed(info().activation().apply(best.logits())),
                label,
                tokens.length(),
                tokens.truncated(),
                span);
    }

    private static void requireFinite(int pair, float[] logits) {
        for (float logit : logits) {
            if (!Float.isFinite(logit)) {
                throw new ArithmeticException(
                        "The model gives " + logit + " for pair " + pair + "; its weights are damaged or overflow");
            }
        }
    }

    private static int indexOfLargest(List<Float> values) {
        int largest = 0;
        for (int i = 1; i < values.size(); i++) {
            if (values.get(i) > values.get(largest)) {
                largest = i;
            }
        }
        return largest;
    }

    private static List<Float> boxed(float[] values) {
        Float[] boxed = new Float[values.length];
        Arrays.setAll(boxed, i -> values[i]);
        return List.of(boxed);
    }

    @Override
    public void close() {
        lifetime.close(model::close);
    }
}
