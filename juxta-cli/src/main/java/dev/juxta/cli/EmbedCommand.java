package dev.juxta.cli;

import dev.juxta.BiEncoder;
import dev.juxta.EmbedOptions;
import dev.juxta.Embedding;
import dev.juxta.LateInteraction;
import dev.juxta.ScoringModel;
import dev.juxta.TextRole;
import dev.juxta.TokenVectors;
import dev.juxta.data.InputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code juxta embed}: the vector of each text, or the vectors of its tokens. */
@Command(
        name = "embed",
        description =
                "Print the vector of each text, by a bi-encoder, or those of its tokens, by a late-interaction model.",
        footer = {
            "",
            "Texts are lines (blank ones are passed over), or .jsonl with \"text\", and maybe \"title\" and \"id\". They are"
                    + " embedded as they are read, so results come before the input has ended.",
            "",
            "Example: juxta embed --model sentence-transformers/all-MiniLM-L6-v2 --as document --json passages.txt"
        })
final class EmbedCommand implements Subcommand {

    /** Texts that are embedded at a time. */
    private static final int BATCH = 256;

    /** Numbers of a vector that a terminal shows. */
    private static final int SHOWN = 4;

    private final Session session;

    @Option(
            names = "--as",
            paramLabel = "ROLE",
            converter = OptionValues.Role.class,
            description = "query, document or text (default: neither): which prompt or mark the model puts first.")
    private TextRole role = TextRole.TEXT;

    @Option(
            names = "--dimensions",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "Keep the first N numbers, for models that were trained for that; default: all.")
    private Optional<Integer> dimensions = Optional.empty();

    @Option(names = "--normalize", description = "Bring vectors to unit length, after a cut.")
    private boolean normalize;

    @Option(names = "--json", description = "One JSON object per text.")
    private boolean json;

    @Mixin
    private final ModelOptions model = new ModelOptions();

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "Texts; default, or by -: stdin.")
    private Optional<String> file = Optional.empty();

    EmbedCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() throws IOException {
        model.check();
        EmbedOptions options = options();
        Source source = Source.of(file.orElse("-"));
        try (ScoringModel opened = model.openScorer(session, model.name())) {
            requireDimensions(opened);
            Batches batches = new Batches(opened, options);
            new LineInput<>(session, Document.PARSER).read(source, batches::add);
            batches.embed();
            if (batches.count == 0) {
                throw new InputException(source.name() + " has no texts; give one per line, or .jsonl with \"text\"");
            }
        }
    }

    private EmbedOptions options() {
        if (model.chunksLong()) {
            throw new UsageException(
                    "--on-long chunk picks the best of a pair's windows, and embed makes one vector of a"
                            + " text; choose truncate or fail");
        }
        EmbedOptions options = EmbedOptions.as(role).withPrompt(model.prompt()).withNormalize(normalize);
        return dimensions.map(options::withDimensions).orElse(options);
    }

    private void requireDimensions(ScoringModel opened) {
        if (opened instanceof BiEncoder encoder
                && dimensions.filter(wanted -> wanted > encoder.width()).isPresent()) {
            throw new UsageException("--dimensions " + dimensions.get() + " is more than the " + encoder.width()
                    + " of " + model.name());
        }
        if (opened instanceof LateInteraction && dimensions.isPresent()) {
            throw new UsageException("--dimensions cuts the vectors of bi-encoders, and " + model.name()
                    + " is a late-interaction model; leave it away");
        }
    }

    /** Texts that are collected until there are enough of them to embed. */
    private final class Batches {

        private final ScoringModel opened;
        private final EmbedOptions options;
        private final List<Document> batch = new ArrayList<>();
        private long count;

        Batches(ScoringModel opened, EmbedOptions options) {
            this.opened = opened;
            this.options = options;
        }

        void add(Document document) throws IOException {
            batch.add(document);
            count++;
            if (batch.size() == BATCH) {
                embed();
            }
        }

        void embed() throws IOException {
            List<String> texts = batch.stream().map(Document::text).toList();
            if (opened instanceof BiEncoder encoder) {
                List<Embedding> embeddings = encoder.embed(texts, options);
                for (int i = 0; i < embeddings.size(); i++) {
                    print(batch.get(i), embeddings.get(i), opened.concerns());
                }
            } else if (opened instanceof LateInteraction interaction) {
                List<TokenVectors> vectors = interaction.embed(texts, options);
                for (int i = 0; i < vectors.size(); i++) {
                    print(batch.get(i), vectors.get(i), opened.concerns());
                }
            } else {
                throw new InputException("embed needs a model that makes vectors of single texts, and " + model.name()
                        + " is a cross-encoder; name a bi-encoder or a late-interaction model with --model");
            }
            session.out().flush();
            batch.clear();
        }
    }

    private void print(Document document, Embedding embedding, List<String> concerns) throws IOException {
        requireShort(document, embedding.tokens(), embedding.truncated());
        if (json) {
            ObjectNode object = object(document);
            object.set("embedding", Json.floats(embedding.vector()));
            printJson(object, embedding.tokens(), embedding.truncated(), concerns);
        } else {
            boolean whole = !session.terminal().out();
            printLine(numbers(embedding.vector(), whole), whole ? "" : document.text());
        }
    }

    private void print(Document document, TokenVectors vectors, List<String> concerns) throws IOException {
        requireShort(document, vectors.tokens(), vectors.truncated());
        if (json) {
            ObjectNode object = object(document);
            ArrayNode rows = object.putArray("embeddings");
            for (float[] row : vectors.vectors()) {
                rows.add(Json.floats(row));
            }
            printJson(object, vectors.tokens(), vectors.truncated(), concerns);
        } else {
            int width = vectors.vectors().length == 0 ? 0 : vectors.vectors()[0].length;
            printLine(vectors.vectors().length + " × " + width, document.text());
        }
    }

    private void requireShort(Document document, int tokens, int truncated) throws InputException {
        if (model.failsOnLong() && truncated > 0) {
            throw new InputException(document.place() + " has " + (tokens + truncated) + " tokens, and the model reads "
                    + tokens + "; shorten it, or choose --on-long truncate");
        }
    }

    private static ObjectNode object(Document document) {
        ObjectNode object = Json.object();
        document.id().ifPresent(id -> object.set("id", id));
        return object;
    }

    private void printJson(ObjectNode object, int tokens, int truncated, List<String> concerns) throws IOException {
        object.put("tokens", tokens);
        object.put("truncated", truncated);
        ScoreFields.putConcerns(object, concerns);
        session.out().line(Json.line(object));
    }

    private void printLine(String numbers, String text) throws IOException {
        session.out().line(text.isEmpty() ? numbers : ScoreFields.fit(numbers + " " + text, session.terminal()));
    }

    /** All numbers with blanks between, or of a vector for people its width and its first ones. */
    private static String numbers(float[] vector, boolean whole) {
        StringBuilder line = new StringBuilder(whole ? "" : vector.length + ":");
        for (int i = 0; i < (whole ? vector.length : Math.min(SHOWN, vector.length)); i++) {
            line.append(line.isEmpty() ? "" : " ")
                    .append(whole ? Float.toString(vector[i]) : ScoreFields.shown(vector[i]));
        }
        return line + (whole || vector.length <= SHOWN ? "" : " …");
    }
}
