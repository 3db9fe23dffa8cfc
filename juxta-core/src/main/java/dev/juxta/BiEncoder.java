package dev.juxta;

import dev.juxta.SimilarityScoring.Side;
import dev.juxta.SimilarityScoring.Sides;
import dev.juxta.TextEmbedding.Embedded;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.CheckpointSource;
import dev.juxta.model.EmbedderSettings;
import dev.juxta.model.Similarity;
import dev.juxta.ops.Pooling;
import dev.juxta.text.TokenizedText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A model that makes a vector of each text for itself, so that texts can be compared by their vectors, and vectors kept in
 * an index (Reimers and Gurevych 2019, arXiv:1908.10084): the {@code SentenceTransformer} checkpoints. As a
 * {@link Scorer} its logit and its value are both the similarity of the two texts. It holds one immutable set of weights
 * for any number of threads. {@link #close} waits for the calls under way, then frees everything at once.
 *
 * <pre>{@code
 * try (BiEncoder model = BiEncoder.load("sentence-transformers/all-MiniLM-L6-v2")) {
 *     List<Embedding> passages = model.embed(texts, EmbedOptions.as(TextRole.DOCUMENT));
 * }
 * }</pre>
 */
public final class BiEncoder implements ScoringModel {

    private static final double SMALLEST_LENGTH = 1e-12;

    private final LoadedModel model;
    private final Similarity similarity;
    private final int dimensions;
    private final boolean poolsPrompt;
    private final List<Pooling> poolings;
    private final TextEmbedding texts;
    private final SimilarityScoring<float[]> scoring;
    private final Lifetime lifetime;

    private BiEncoder(LoadedModel model, EmbedderSettings settings) {
        int width = model.network().limits().width();
        this.model = model;
        this.similarity = settings.similarity();
        this.dimensions = Math.min(width, settings.dimensions().orElse(width));
        this.poolsPrompt = settings.poolsPrompt();
        this.poolings = settings.poolings();
        this.texts = new TextEmbedding(model.tokenizer().texts().orElseThrow(), model.network(), model.fit());
        this.scoring = new SimilarityScoring<>(texts, similarity::of);
        this.lifetime = new Lifetime(model.info().location());
    }

    /** Loads the checkpoint in a directory. */
    public static BiEncoder load(Path directory) throws IOException {
        return load(directory, LoadOptions.defaults());
    }

    /**
     * Loads the checkpoint in a directory.
     *
     * @throws IOException if a file is missing or damaged, or of a kind that is not supported; the message says which
     */
    public static BiEncoder load(Path directory, LoadOptions options) throws IOException {
        return load(CheckpointSource.directory(directory), options);
    }

    /** Loads a directory, or a hub model such as {@code sentence-transformers/all-MiniLM-L6-v2}. */
    public static BiEncoder load(String nameOrDirectory) throws IOException {
        return load(nameOrDirectory, LoadOptions.defaults());
    }

    /**
     * Loads a directory, or a hub model such as {@code sentence-transformers/all-MiniLM-L6-v2}, as
     * {@link CrossEncoder#load(String, LoadOptions)} does.
     *
     * @throws IOException if there is no such model, or it cannot be fetched or read; the message says what would help
     */
    public static BiEncoder load(String nameOrDirectory, LoadOptions options) throws IOException {
        return load(LoadedModel.find(nameOrDirectory, options), options);
    }

    static BiEncoder load(CheckpointFiles files, LoadOptions options) throws IOException {
        EmbedderSettings settings = EmbedderSettings.read(files);
        return new BiEncoder(LoadedModel.load(files, options, settings.settings(), Reading.APART), settings);
    }

    /** What was loaded, and how it was resolved; its one label is the name of the similarity. */
    @Override
    public ModelInfo info() {
        return model.info();
    }

    @Override
    public List<String> concerns() {
        return texts.concerns();
    }

    @Override
    public void require(ScoreOptions options) {
        var unused = sides(options);
    }

    @Override
    public int tokens(String text) {
        return lifetime.whileOpen(() -> texts.tokens(text));
    }

    /** How its tokens become one vector, side by side where there are several ways. */
    public List<Pooling> poolings() {
        return poolings;
    }

    /** How its vectors are compared. */
    public Similarity similarity() {
        return similarity;
    }

    /** The most dimensions that a call can ask for. */
    public int width() {
        return model.network().limits().width();
    }

    /** The width of its vectors, unless a call asks for another. */
    public int dimensions() {
        return dimensions;
    }

    /** Embeds texts with the default options. */
    public List<Embedding> embed(List<String> texts) {
        return embed(texts, EmbedOptions.defaults());
    }

    /**
     * Embeds texts.
     *
     * @return one vector per text, in the order of the texts
     * @throws UnreadableTextException if a text has no tokens, or if {@link LongInput#FAIL} is asked for and it is too long
     * @throws IllegalArgumentException if there is no such prompt, or more dimensions are asked for than there are
     * @throws IllegalStateException after {@link #close}
     */
    public List<Embedding> embed(List<String> texts, EmbedOptions options) {
        String prompt = prompt(options);
        return lifetime.whileOpen(() -> {
            List<Embedding> embeddings = new ArrayList<>(texts.size());
            this.texts.embed(
                    texts,
                    this.texts.prompted(prompt, poolsPrompt, this.texts.maxLength()),
                    options.onLong(),
                    index -> "Text " + index,
                    sequences -> {
                        Embedded embedded = sequences.get(0);
                        TextEmbedding.requireFinite(embedded.vector(), "text " + embeddings.size());
                        embeddings.add(embedding(embedded, options));
                        options.progress().accept(embeddings.size());
                    });
            return List.copyOf(embeddings);
        });
    }

    /** The tokens that the model would read for each text, cut where they are too long. */
    public List<TokenizedText> tokenize(List<String> texts, EmbedOptions options) {
        String prompt = options.prompt().resolve(info(), promptName(options.role()));
        return lifetime.whileOpen(
                () -> this.texts.tokenize(texts, this.texts.prompted(prompt, poolsPrompt, this.texts.maxLength())));
    }

    private Optional<String> promptName(TextRole role) {
        return role.prompt(info().prompts(), info().defaultPrompt());
    }

    /**
     * Checks options without a text.
     *
     * @throws IllegalArgumentException if there is no such prompt, or more dimensions are asked for than there are
     */
    public void require(EmbedOptions options) {
        var unused = prompt(options);
    }

    private String prompt(EmbedOptions options) {
        OptionalInt wanted = options.dimensions();
        int most = width();
        if (wanted.isPresent() && wanted.getAsInt() > most) {
            throw new IllegalArgumentException(
                    "This model's vectors have " + most + " dimensions, and not " + wanted.getAsInt());
        }
        return options.prompt().resolve(info(), promptName(options.role()));
    }

    private Embedding embedding(Embedded embedded, EmbedOptions options) {
        float[] vector = cut(embedded.vector(), options.dimensions().orElse(dimensions));
        if (options.normalize()) {
            double squares = 0;
            for (float x : vector) {
                squares += (double) x * x;
            }
            double length = Math.max(SMALLEST_LENGTH, Math.sqrt(squares));
            for (int i = 0; i < vector.length; i++) {
                vector[i] = (float) (vector[i] / length);
            }
        }
        TokenizedText tokens = embedded.window().text();
        return new Embedding(vector, tokens.length(), tokens.truncated());
    }

    private static float[] cut(float[] vector, int width) {
        return vector.length == width ? vector : Arrays.copyOf(vector, width);
    }

    /**
     * Scores pairs by the similarity of their vectors: the first as a query, the second as a document, each distinct text
     * embedded once. The prompt of the options is for the first.
     */
    @Override
    public List<Score> score(List<TextPair> pairs, ScoreOptions options) {
        return lifetime.whileOpen(() -> scoring.score(pairs, options, sides(options)));
    }

    private Sides<float[]> sides(ScoreOptions options) {
        int maxLength = texts.maxLength(options, 0);
        return new Sides<>(
                side(options.prompt().resolve(info(), promptName(TextRole.QUERY)), maxLength),
                side(Prompt.modelDefault().resolve(info(), promptName(TextRole.DOCUMENT)), maxLength));
    }

    private Side<float[]> side(String prompt, int maxLength) {
        return new Side<>(
                texts.prompted(prompt, poolsPrompt, maxLength), embedded -> cut(embedded.vector(), dimensions));
    }

    @Override
    public void close() {
        lifetime.close(model::close);
    }
}
