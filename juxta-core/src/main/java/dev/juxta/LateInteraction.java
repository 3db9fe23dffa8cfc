package dev.juxta;

import dev.juxta.SimilarityScoring.Side;
import dev.juxta.SimilarityScoring.Sides;
import dev.juxta.TextEmbedding.Embedded;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.CheckpointSource;
import dev.juxta.model.LateInteractionSettings;
import dev.juxta.text.TextFrame;
import dev.juxta.text.TokenizedText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A model that makes a vector of each token, and compares two texts by the best match of each of the query's tokens
 * (ColBERT; Khattab and Zaharia 2020, arXiv:2004.12832): checkpoints of ColBERT, of PyLate and of sentence-transformers'
 * {@code MultiVectorEncoder}. As a {@link Scorer} its logit and its value are both the sum of these matches. It holds one
 * immutable set of weights for any number of threads. {@link #close} waits for the calls under way, then frees everything
 * at once.
 */
public final class LateInteraction implements ScoringModel {

    private final LoadedModel model;
    private final LateInteractionSettings settings;
    private final Set<Integer> skipped;
    private final TextEmbedding texts;
    private final SimilarityScoring<float[][]> scoring;
    private final Lifetime lifetime;

    private LateInteraction(LoadedModel model, LateInteractionSettings settings) {
        this.model = model;
        this.settings = settings;
        this.skipped = Set.copyOf(settings.skipped());
        this.texts = new TextEmbedding(model.tokenizer().texts().orElseThrow(), model.network(), model.fit());
        this.scoring = new SimilarityScoring<>(texts, this::similarity);
        this.lifetime = new Lifetime(model.info().location());
    }

    /** Loads the checkpoint in a directory. */
    public static LateInteraction load(Path directory) throws IOException {
        return load(directory, LoadOptions.defaults());
    }

    /**
     * Loads the checkpoint in a directory.
     *
     * @throws IOException if a file is missing or damaged, or of a kind that is not supported; the message says which
     */
    public static LateInteraction load(Path directory, LoadOptions options) throws IOException {
        return load(CheckpointSource.directory(directory), options);
    }

    /** Loads a directory, or a hub model such as {@code colbert-ir/colbertv2.0}. */
    public static LateInteraction load(String nameOrDirectory) throws IOException {
        return load(nameOrDirectory, LoadOptions.defaults());
    }

    /**
     * Loads a directory, or a hub model such as {@code colbert-ir/colbertv2.0}, as
     * {@link CrossEncoder#load(String, LoadOptions)} does.
     *
     * @throws IOException if there is no such model, or it cannot be fetched or read; the message says what would help
     */
    public static LateInteraction load(String nameOrDirectory, LoadOptions options) throws IOException {
        return load(LoadedModel.find(nameOrDirectory, options), options);
    }

    static LateInteraction load(CheckpointFiles files, LoadOptions options) throws IOException {
        LateInteractionSettings settings = LateInteractionSettings.read(files);
        return new LateInteraction(LoadedModel.load(files, options, settings.settings(), Reading.APART), settings);
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

    /** The width of its vectors. */
    public int dimensions() {
        return model.network().limits().width();
    }

    /** How well a document's vectors answer a query's. */
    public float similarity(float[][] query, float[][] document) {
        float sum = TokenVectors.maxSim(query, document);
        return settings.mean() ? sum / query.length : sum;
    }

    /**
     * Embeds the tokens of texts. Queries get the model's marker and are filled up with masks; documents get theirs, and
     * lose the tokens that are not compared; so do texts that are neither, which get the default prompt and no marker.
     *
     * @return the vectors of each text's tokens, in the order of the texts
     * @throws UnreadableTextException if a text has no tokens, or if {@link LongInput#FAIL} is asked for and it is too long
     * @throws IllegalArgumentException if dimensions are to be cut off, for which these models are not trained
     * @throws IllegalStateException after {@link #close}
     */
    public List<TokenVectors> embed(List<String> texts, EmbedOptions options) {
        if (options.dimensions().isPresent()) {
            throw new IllegalArgumentException("This model's vectors are of " + dimensions()
                    + " dimensions, and it was not trained to do with fewer; leave dimensions away");
        }
        TextFrame frame = frame(options.role(), options.prompt(), this.texts.maxLength());
        return lifetime.whileOpen(() -> {
            List<TokenVectors> embedded = new ArrayList<>(texts.size());
            this.texts.embed(texts, frame, options.onLong(), index -> "Text " + index, sequences -> {
                Embedded sequence = sequences.get(0);
                TextEmbedding.requireFinite(sequence.vector(), "text " + embedded.size());
                embedded.add(vectors(sequence, options.role()));
                options.progress().accept(embedded.size());
            });
            return List.copyOf(embedded);
        });
    }

    /** The tokens that the model would read for each text, cut where they are too long. */
    public List<TokenizedText> tokenize(List<String> texts, EmbedOptions options) {
        TextFrame frame = frame(options.role(), options.prompt(), this.texts.maxLength());
        return lifetime.whileOpen(() -> this.texts.tokenize(texts, frame));
    }

    private TextFrame frame(TextRole role, Prompt prompt, int most) {
        if (role == TextRole.TEXT) {
            Optional<String> byDefault = role.prompt(info().prompts(), info().defaultPrompt());
            return texts.prompted(prompt.resolve(info(), byDefault), true, most);
        }
        LateInteractionSettings.Side side = role == TextRole.QUERY ? settings.queries() : settings.documents();
        LateInteractionSettings.Side read = prompt instanceof Prompt.ModelDefault
                ? side
                : side.withPrompt(prompt.resolve(info(), Optional.empty()));
        return read.frame(most);
    }

    /** The vectors of the tokens that are compared. */
    private TokenVectors vectors(Embedded embedded, TextRole role) {
        TokenizedText text = embedded.window().text();
        int width = dimensions();
        int[] compared = IntStream.range(0, text.length())
                .filter(i -> role == TextRole.QUERY || !skipped.contains(text.ids()[i]))
                .toArray();
        float[][] vectors = Arrays.stream(compared)
                .mapToObj(i -> Arrays.copyOfRange(embedded.vector(), i * width, (i + 1) * width))
                .toArray(float[][]::new);
        int[] ids = Arrays.stream(compared).map(i -> text.ids()[i]).toArray();
        return new TokenVectors(vectors, ids, text.length(), text.truncated());
    }

    /**
     * Scores pairs: the first as a query, the second as a document, each distinct text embedded once. The prompt of the
     * options is for the first.
     */
    @Override
    public List<Score> score(List<TextPair> pairs, ScoreOptions options) {
        return lifetime.whileOpen(() -> scoring.score(pairs, options, sides(options)));
    }

    private Sides<float[][]> sides(ScoreOptions options) {
        int marker = Math.max(
                settings.queries().marker().size(),
                settings.documents().marker().size());
        int most = texts.maxLength(options, marker);
        return new Sides<>(
                side(TextRole.QUERY, options.prompt(), most), side(TextRole.DOCUMENT, Prompt.modelDefault(), most));
    }

    private Side<float[][]> side(TextRole role, Prompt prompt, int most) {
        return new Side<>(
                frame(role, prompt, most), embedded -> vectors(embedded, role).vectors());
    }

    @Override
    public void close() {
        lifetime.close(model::close);
    }
}
