package dev.juxta.cli;

import dev.juxta.LoadOptions;
import dev.juxta.Retriever;
import dev.juxta.ScoringModel;
import dev.juxta.data.InputException;
import dev.juxta.engine.Precision;
import dev.juxta.search.BiEncoderEmbedder;
import dev.juxta.search.ContextPacker;
import dev.juxta.search.Dense;
import dev.juxta.search.Embedder;
import dev.juxta.search.Fusion;
import dev.juxta.search.Hybrid;
import dev.juxta.search.IndexSettings.TokenVectors;
import dev.juxta.search.IndexSettings.Vectors;
import dev.juxta.search.Late;
import dev.juxta.search.LateInteractionEmbedder;
import dev.juxta.search.Passage;
import dev.juxta.search.PassageIndex;
import dev.juxta.search.Pipeline;
import dev.juxta.search.PipelineResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** One run of {@link SearchCommand}. It stands apart so that commands that do not search load nothing of it. */
final class SearchRun {

    /** Of texts without a model that counts them: a token is about four chars of a text with spaces. */
    private static final int CHARS_PER_TOKEN = 4;

    private static final int DEFAULT_LATE_KEEP = 25;

    private static final int FIRST_WITHOUT_SPACES = 0x0E00; // Thai, and further up Chinese, Japanese, Korean

    private final Session session;
    private final Options options;

    /** What the command line says. */
    record Options(
            String index,
            Optional<String> query,
            Optional<String> queries,
            Optional<String> first,
            Optional<String> dense,
            Optional<String> late,
            Optional<Integer> lateKeep,
            Optional<String> weights,
            boolean exact,
            int candidates,
            Optional<String> rerank,
            int topK,
            Optional<Duration> budget,
            Optional<Integer> contextTokens,
            Precision precision,
            boolean explain,
            boolean json) {}

    SearchRun(Session session, Options options) {
        this.session = session;
        this.options = options;
    }

    void run() throws IOException {
        Path folder = Source.of(options.index())
                .path()
                .orElseThrow(() -> new UsageException("an index is a directory, and not stdin"));
        List<Query> queries = queries();
        try (PassageIndex index = PassageIndex.open(folder)) {
            String first = first(index);
            try (Models models = new Models()) {
                if (first.equals("dense") || first.equals("hybrid")) {
                    models.embedder = Optional.of(embedder(index, folder));
                }
                models.late = late(index, folder, first);
                models.reranker = reranker();
                search(index, queries, first, models);
            }
        }
    }

    /** The models of the stages, as far as they are loaded. */
    private static final class Models implements AutoCloseable {

        private Optional<Embedder> embedder = Optional.empty();
        private Optional<LateInteractionEmbedder> late = Optional.empty();
        private Optional<ScoringModel> reranker = Optional.empty();

        @Override
        public void close() {
            reranker.ifPresent(ScoringModel::close);
            late.ifPresent(LateInteractionEmbedder::close);
            embedder.ifPresent(Embedder::close);
        }
    }

    private List<Query> queries() throws IOException {
        if (options.queries().isEmpty()) {
            return List.of(new Query(options.query().orElse(""), Optional.empty()));
        }
        List<Query> read = new LineInput<>(session, Query.PARSER)
                .read(Source.of(options.queries().get()));
        if (read.isEmpty()) {
            throw new InputException(options.queries().get() + " has no queries; give one per line");
        }
        return read;
    }

    private String first(PassageIndex index) {
        String best = index.settings().tokens().isPresent() ? "late" : "bm25";
        String first = options.first().orElse(index.settings().vectors().isPresent() ? "hybrid" : best);
        if (!FirstStage.KINDS.contains(first)) {
            throw new UsageException("--first \"" + first + "\" is not one of " + String.join(", ", FirstStage.KINDS));
        }
        if (options.weights().isPresent() && !first.equals("hybrid")) {
            throw new UsageException("--weights are those of a hybrid, and the first stage is " + first);
        }
        if (options.dense().isPresent() && !first.equals("dense") && !first.equals("hybrid")) {
            throw new UsageException(
                    "--dense names the bi-encoder of dense and hybrid, and the first stage is " + first);
        }
        requireReranking(first);
        return first;
    }

    /** Options of the stages behind the first need one. */
    private void requireReranking(String first) {
        boolean late = options.late().isPresent() && !first.equals("late");
        if (options.budget().isPresent() && options.rerank().isEmpty() && !late) {
            throw new UsageException("--budget is the time for reranking; give a model with --rerank");
        }
        if (options.lateKeep().isPresent() && (options.rerank().isEmpty() || !late)) {
            throw new UsageException("--late-keep is how many go from --late on to --rerank; "
                    + (first.equals("late") ? "the first stage is late, and hands on --candidates" : "give both"));
        }
    }

    private Embedder embedder(PassageIndex index, Path folder) throws IOException {
        String name = options.dense()
                .or(() -> index.settings().vectors().map(Vectors::model))
                .orElseThrow(() -> new InputException("\"" + folder
                        + "\" has no vectors; make a new index with --dense M, or search with --first bm25"));
        return BiEncoderEmbedder.load(name, load());
    }

    private Optional<LateInteractionEmbedder> late(PassageIndex index, Path folder, String first) throws IOException {
        Optional<String> name = options.late();
        if (first.equals("late") && name.isEmpty()) {
            name = Optional.of(index.settings()
                    .tokens()
                    .map(TokenVectors::model)
                    .orElseThrow(() -> new InputException("\"" + folder
                            + "\" has no vectors of tokens; make a new index with --late M, or rerank by it with --first"
                            + " bm25 --late M")));
        }
        return name.isEmpty() ? Optional.empty() : Optional.of(LateInteractionEmbedder.load(name.get(), load()));
    }

    private Optional<ScoringModel> reranker() throws IOException {
        if (options.rerank().isEmpty()) {
            return Optional.empty();
        }
        String name = options.rerank().get();
        ScoringModel model = ScoringModel.load(name, load());
        if (model.info().labels().size() != 1) {
            int labels = model.info().labels().size();
            model.close();
            throw new InputException("--rerank needs a model with one label, and " + name + " has " + labels);
        }
        return Optional.of(model);
    }

    private LoadOptions load() {
        return LoadOptions.defaults().withPrecision(options.precision());
    }

    private void search(PassageIndex index, List<Query> queries, String first, Models models) throws IOException {
        int wanted = options.contextTokens().isPresent() ? options.candidates() : options.topK();
        SearchView view = options.json() ? new JsonSearch(session) : new SearchTables(session, queries.size() > 1);
        try (Retriever retriever = retriever(index, first, models)) {
            Pipeline pipeline = Pipeline.from(first, retriever, Math.max(options.candidates(), wanted));
            if (models.late.isPresent() && !first.equals("late")) {
                int keep = models.reranker.isPresent()
                        ? Math.max(options.lateKeep().orElse(DEFAULT_LATE_KEEP), options.topK())
                        : wanted;
                pipeline = pipeline.then("late", models.late.get().model(), keep);
            }
            if (models.reranker.isPresent()) {
                pipeline = pipeline.then("rerank", models.reranker.get(), wanted);
            }
            if (options.budget().isPresent()) {
                pipeline = pipeline.within(options.budget().get());
            }
            for (Query query : queries) {
                PipelineResult result = pipeline.run(query.text(), wanted);
                List<Passage> passages = new ArrayList<>();
                for (PipelineResult.Found found : result.found()) {
                    passages.add(index.passage(found.hit().id())
                            .orElseGet(() -> Passage.document(
                                    found.hit().id(), "", found.hit().text())));
                }
                if (options.contextTokens().isPresent()) {
                    ContextPacker packer =
                            new ContextPacker(options.contextTokens().get(), counter(models.reranker));
                    view.print(query, packer.pack(passages), result);
                } else {
                    view.print(query, passages, result, options.explain());
                }
                session.out().flush();
            }
        }
    }

    private Retriever retriever(PassageIndex index, String first, Models models) throws IOException {
        if (first.equals("late")) {
            Late centroids = index.late(models.late.orElseThrow());
            return options.exact() ? centroids.exactly() : centroids;
        }
        if (models.embedder.isEmpty()) {
            return index.bm25();
        }
        Dense graph = index.dense(models.embedder.get());
        Retriever dense = options.exact() ? graph.exactly() : graph;
        return first.equals("dense") ? dense : new Hybrid(List.of(index.bm25(), dense), fusion());
    }

    private Fusion fusion() {
        if (options.weights().isEmpty()) {
            return Fusion.reciprocalRanks();
        }
        String text = options.weights().get();
        try {
            List<Double> weights =
                    Arrays.stream(text.split(",", -1)).map(Double::valueOf).toList();
            if (weights.size() == 2) {
                return Fusion.weights(weights);
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw new UsageException("--weights \"" + text + "\" is not two numbers from 0 on, such as 0.3,0.7");
    }

    /** Counts by the reranker's tokenizer if there is one, else by the length. */
    private static ToIntFunction<String> counter(Optional<ScoringModel> reranker) {
        if (reranker.isEmpty()) {
            return text -> {
                int dense = (int) text.codePoints()
                        .filter(point -> point >= FIRST_WITHOUT_SPACES)
                        .count();
                return dense + (text.length() - dense + CHARS_PER_TOKEN - 1) / CHARS_PER_TOKEN;
            };
        }
        ScoringModel model = reranker.get();
        return model::tokens;
    }
}
