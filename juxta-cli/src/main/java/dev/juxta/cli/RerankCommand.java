package dev.juxta.cli;

import dev.juxta.RankOptions;
import dev.juxta.Ranking;
import dev.juxta.ScoringModel;
import dev.juxta.TextPair;
import dev.juxta.checkpoint.EmbeddedCheckpoint;
import dev.juxta.data.InputException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code juxta rerank}: documents in the order in which they answer a query. */
@Command(
        name = "rerank",
        description = "Rank documents for a query, best first.",
        footer = {
            "",
            "Documents are lines of text (blank ones are passed over), or of .jsonl with \"text\", and maybe \"title\" and"
                    + " \"id\". On stdin a first line with \"text\" shows that it is JSONL.",
            "",
            "Example: juxta rerank --query \"How many people live in Berlin?\" --top-k 3 passages.txt"
        })
final class RerankCommand implements Subcommand {

    private final Session session;

    @Option(names = "--query", paramLabel = "Q", description = "What the documents should answer.")
    private Optional<String> query = Optional.empty();

    @Option(
            names = "--queries",
            paramLabel = "FILE",
            description = "Many queries, one per line, or .jsonl with \"text\" (or \"query\") and maybe \"id\".")
    private Optional<String> queries = Optional.empty();

    @Option(
            names = "--top-k",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "How many of the best to print; default: all.")
    private Optional<Integer> topK = Optional.empty();

    @Option(
            names = "--min-score",
            paramLabel = "X",
            converter = OptionValues.Real.class,
            description = "The least score to print.")
    private Optional<Double> minScore = Optional.empty();

    @Option(
            names = "--budget",
            paramLabel = "TIME",
            converter = OptionValues.Time.class,
            description = "Stop scoring after a time such as 200ms per query, and say how many documents were left.")
    private Optional<Duration> budget = Optional.empty();

    @Option(
            names = "--max-candidates",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description =
                    "Refuse to rank more documents than this; default: " + RankOptions.DEFAULT_MAX_CANDIDATES + ".")
    private int maxCandidates = RankOptions.DEFAULT_MAX_CANDIDATES;

    @Option(
            names = "--fast",
            description = "All documents are judged by their words, and only the best quarter of them by the default"
                    + " model's layers (--model embedded-fast): a third of the time, nearly the same order.")
    private boolean fast;

    @Option(names = "--no-documents", description = "Leave the texts out of the results.")
    private boolean noDocuments;

    @Option(names = "--json", description = "One JSON object per query.")
    private boolean json;

    @Mixin
    private final ModelOptions model = new ModelOptions();

    @Parameters(paramLabel = "FILE", description = "Documents; default, or by -: stdin.")
    private List<String> files = new ArrayList<>();

    RerankCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() throws IOException {
        model.check();
        if (fast && model.namesModel()) {
            throw new UsageException("--fast is the model " + EmbeddedCheckpoint.FAST.id() + ", and --model \""
                    + model.name() + "\" names another; give one of them");
        }
        List<Source> sources = Source.of(files);
        Optional<Source> querySource = queries.map(Source::of);
        checkQueries(sources, querySource);
        List<Query> asked = querySource.isPresent()
                ? readQueries(querySource.get())
                : List.of(new Query(query.orElse(""), Optional.empty()));
        List<Document> documents = readDocuments(sources);
        List<String> texts = documents.stream().map(Document::text).toList();
        String name = fast ? EmbeddedCheckpoint.FAST.id() : model.name();
        try (ScoringModel scorer = model.openScorer(session, name);
                Progress progress = new Progress(session, (long) asked.size() * texts.size())) {
            if (scorer.info().labels().size() != 1) {
                throw new InputException("rerank needs a model with one label, and " + name + " has "
                        + scorer.info().labels().size() + ": "
                        + String.join(", ", scorer.info().labels())
                        + "; use juxta classify");
            }
            for (Query one : asked) {
                model.requireShort(scorer, pairs(one, documents));
            }
            RankOptions options = options(progress);
            RankingView view = json
                    ? new JsonRankings(session, name, scorer, documents, options)
                    : new RankingTables(session, documents, scorer, queries.isPresent());
            for (Query one : asked) {
                Ranking ranking = scorer.rank(one.text(), texts, options);
                progress.advance(texts.size());
                progress.clear();
                view.print(one, ranking);
                session.out().flush();
            }
        }
    }

    private void checkQueries(List<Source> sources, Optional<Source> querySource) {
        if (query.isPresent() == querySource.isPresent()) {
            throw new UsageException(
                    query.isPresent()
                            ? "--query and --queries both say what to rank for; give one of them"
                            : "there is no query; give one with --query, or many with --queries FILE");
        }
        if (query.isPresent() && query.get().isBlank()) {
            throw new UsageException("--query \"" + query.get() + "\" is blank; give the words to rank for");
        }
        long readers = sources.stream().filter(Source::isStdin).count()
                + querySource.filter(Source::isStdin).stream().count();
        if (readers > 1) {
            throw new UsageException("stdin can be read once, and is named more often; name a file instead of -"
                    + (files.isEmpty() ? " after --queries, or the files of the documents" : ""));
        }
    }

    private List<Query> readQueries(Source source) throws IOException {
        List<Query> read = new LineInput<>(session, Query.PARSER).read(source);
        if (read.isEmpty()) {
            throw new InputException(source.name() + " has no queries; give one per line");
        }
        return read;
    }

    private List<Document> readDocuments(List<Source> sources) throws IOException {
        List<Document> documents = new ArrayList<>();
        LineInput<Document> input = new LineInput<>(session, Document.PARSER);
        for (Source source : sources) {
            input.read(source, document -> add(document, documents));
        }
        if (documents.isEmpty()) {
            throw new InputException("there are no documents in "
                    + String.join(", ", sources.stream().map(Source::name).toList())
                    + "; give one per line, or .jsonl with \"text\"");
        }
        return documents;
    }

    private void add(Document document, List<Document> documents) throws InputException {
        if (documents.size() == maxCandidates) {
            throw new InputException("there are more than " + maxCandidates
                    + " documents, and a cross-encoder reads each of them for every query; pick candidates with a first"
                    + " stage (BM25 or vectors), or raise --max-candidates");
        }
        documents.add(document);
    }

    private RankOptions options(Progress progress) {
        RankOptions options = RankOptions.defaults()
                .withMaxCandidates(maxCandidates)
                .withReturnDocuments(!noDocuments)
                .withScoring(model.scoring(progress));
        if (topK.isPresent()) {
            options = options.withTopK(topK.get());
        }
        if (minScore.isPresent()) {
            options = options.withMinScore(minScore.get());
        }
        return budget.isPresent() ? options.withBudget(budget.get()) : options;
    }

    private static List<PairLine> pairs(Query query, List<Document> documents) {
        return documents.stream()
                .map(document -> new PairLine(new TextPair(query.text(), document.text()), document.place()))
                .toList();
    }
}
