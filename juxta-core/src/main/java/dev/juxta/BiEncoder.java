package dev.juxta;

import dev.juxta.TextEmbedding.Embedded;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.CheckpointSource;
import dev.juxta.model.EmbedderSettings;
import dev.juxta.model.Similarity;
import dev.juxta.text.TokenizedText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
public final class BiEncoder implements Scorer {

    private static final double SMALLEST_LENGTH = 1e-12;

    private static final int LONGEST_QUOTE = 60;

    private final LoadedModel model;
    private final Similarity similarity;
    private final int dimensions;
    private final TextEmbedding texts;
    private final Lifetime lifetime;

    private BiEncoder(LoadedModel model, EmbedderSettings settings) {
        int width = model.network().limits().width();
        this.model = model;
        this.similarity = settings.similarity();
        this.dimensions = Math.min(width, settings.dimensions().orElse(width));
        this.texts = new TextEmbedding(model.tokenizer().texts().orElseThrow(), model.network());
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

    private static BiEncoder load(CheckpointFiles files, LoadOptions options) throws IOException {
        EmbedderSettings settings = EmbedderSettings.read(files);
        return new BiEncoder(LoadedModel.load(files, options, settings.settings(), Reading.APART), settings);
    }

    /** What was loaded, and how it was resolved; its one label is the name of the similarity. */
    public ModelInfo info() {
        return model.info();
    }

    /** How its vectors are compared. */
    public Similarity similarity() {
        return similarity;
    }

    /** The width of its vectors, unless a call asks for less. */
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
     * @throws IllegalArgumentException if {@link LongInput#FAIL} is asked for and a text is too long, or more dimensions
     *     than there are
     * @throws IllegalStateException after {@link #close}
     */
    public List<Embedding> embed(List<String> texts, EmbedOptions options) {
        requireDimensions(options.dimensions());
        String prompt = options.prompt().resolve(info(), options.role().prompt(info()));
        return lifetime.whileOpen(() -> {
            List<Embedding> embeddings = new ArrayList<>(texts.size());
            this.texts.embed(texts, prompt, options.onLong(), index -> "Text " + index, sequences -> {
                Embedded embedded = sequences.get(0);
                requireFinite(embedded.vector(), "text " + embeddings.size());
                embeddings.add(embedding(embedded, options));
                options.progress().accept(embeddings.size());
            });
            return List.copyOf(embeddings);
        });
    }

    /** The tokens that the model would read for each text, cut where they are too long. */
    public List<TokenizedText> tokenize(List<String> texts, EmbedOptions options) {
        String prompt = options.prompt().resolve(info(), options.role().prompt(info()));
        return lifetime.whileOpen(() -> this.texts.tokenize(texts, prompt));
    }

    private void requireDimensions(OptionalInt wanted) {
        int most = model.network().limits().width();
        if (wanted.isPresent() && wanted.getAsInt() > most) {
            throw new IllegalArgumentException(
                    "This model's vectors have " + most + " dimensions, and not " + wanted.getAsInt());
        }
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

    private static void requireFinite(float[] vector, String what) {
        for (float x : vector) {
            if (!Float.isFinite(x)) {
                throw new ArithmeticException(
                        "The model gives " + x + " for " + what + "; its weights are damaged or overflow");
            }
        }
    }

    /**
     * Scores pairs by the similarity of their vectors: the first as a query, the second as a document, each distinct text
     * embedded once. The prompt of the options is for the first.
     */
    @Override
    public List<Score> score(List<TextPair> pairs, ScoreOptions options) {
        return lifetime.whileOpen(() -> {
            List<Score> scores = new ArrayList<>(pairs.size());
            Map<String, List<Embedded>> queries = Map.of();
            for (int from = 0; from < pairs.size(); from += TextEmbedding.SLAB) {
                List<TextPair> slab = pairs.subList(from, Math.min(pairs.size(), from + TextEmbedding.SLAB));
                queries = queries(slab, options, queries);
                score(slab, options, queries, scores);
            }
            return List.copyOf(scores);
        });
    }

    /** The first texts of pairs, of which those that were known before are not embedded again. */
    private Map<String, List<Embedded>> queries(
            List<TextPair> pairs, ScoreOptions options, Map<String, List<Embedded>> known) {
        String prompt = options.prompt().resolve(info(), TextRole.QUERY.prompt(info()));
        LongInput onLong = options.onLong() == LongInput.FAIL ? LongInput.FAIL : LongInput.TRUNCATE;
        Map<String, List<Embedded>> queries = new HashMap<>();
        List<String> unknown = new ArrayList<>();
        for (String text : pairs.stream().map(TextPair::first).distinct().toList()) {
            Optional.ofNullable(known.get(text))
                    .ifPresentOrElse(embedded -> queries.put(text, embedded), () -> unknown.add(text));
        }
        int[] next = {0};
        texts.embed(
                unknown,
                prompt,
                onLong,
                index -> quoted(unknown.get(index)),
                embedded -> queries.put(unknown.get(next[0]++), embedded));
        return queries;
    }

    private void score(
            List<TextPair> pairs, ScoreOptions options, Map<String, List<Embedded>> queries, List<Score> scores) {
        String prompt = Prompt.modelDefault().resolve(info(), TextRole.DOCUMENT.prompt(info()));
        List<String> distinct = pairs.stream().map(TextPair::second).distinct().toList();
        Map<String, List<Embedded>> documents = new HashMap<>();
        texts.embed(
                distinct,
                prompt,
                options.onLong(),
                index -> quoted(distinct.get(index)),
                embedded -> documents.put(distinct.get(documents.size()), embedded));
        for (TextPair pair : pairs) {
            Embedded query = queries.getOrDefault(pair.first(), List.of()).get(0);
            scores.add(score(query, documents.getOrDefault(pair.second(), List.of()), options.onLong()));
            options.progress().accept(scores.size());
        }
    }

    private Score score(Embedded query, List<Embedded> windows, LongInput onLong) {
        requireFinite(query.vector(), "a query");
        float[] vector = cut(query.vector(), dimensions);
        Embedded best = windows.get(0);
        float largest = Float.NEGATIVE_INFINITY;
        for (Embedded window : windows) {
            requireFinite(window.vector(), "a document");
            float similar = similarity.of(vector, cut(window.vector(), dimensions));
            if (similar > largest) {
                largest = similar;
                best = window;
            }
        }
        TokenizedText first = query.window().text();
        TokenizedText second = best.window().text();
        return new Score(
                List.of(largest),
                List.of(largest),
                Optional.empty(),
                first.length() + second.length(),
                first.truncated() + second.truncated(),
                onLong == LongInput.CHUNK
                        ? Optional.of(new Score.Span(
                                best.window().begin(), best.window().end()))
                        : Optional.empty());
    }

    private static String quoted(String text) {
        String start = text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
        return "The text \"" + start + "\"";
    }

    @Override
    public void close() {
        lifetime.close(model::close);
    }
}
