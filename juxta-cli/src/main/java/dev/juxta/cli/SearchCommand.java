package dev.juxta.cli;

import dev.juxta.engine.Precision;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code juxta search}: the passages of an index that answer a query. */
@Command(
        name = "search",
        description = "Search an index, and rerank what is found.",
        footer = {
            "",
            "Example: juxta search docs.index --query \"How many people live in Berlin?\" --rerank embedded",
            "Example: juxta search docs.index --query \"How is it installed?\" --context-tokens 1000"
        })
final class SearchCommand implements Subcommand {

    private final Session session;

    @Parameters(paramLabel = "INDEX", description = "What juxta index made.")
    private String index = "";

    @Option(names = "--query", paramLabel = "Q", description = "What the passages should answer.")
    private Optional<String> query = Optional.empty();

    @Option(
            names = "--queries",
            paramLabel = "FILE",
            description = "Many queries, one per line, or .jsonl with \"text\" (or \"query\") and maybe \"id\".")
    private Optional<String> queries = Optional.empty();

    @Option(
            names = "--first",
            paramLabel = "HOW",
            description =
                    "bm25 (by words), dense (by vectors), hybrid (both, by reciprocal ranks) or late (by the vectors"
                            + " of tokens); default: hybrid where the index has vectors, late where it has those of tokens only,"
                            + " else bm25.")
    private Optional<String> first = Optional.empty();

    @Option(
            names = "--dense",
            paramLabel = "M",
            description = "Where the model of the index's vectors lies now; default: where it was.")
    private Optional<String> dense = Optional.empty();

    @Option(
            names = "--late",
            paramLabel = "M",
            description =
                    "A late-interaction model (ColBERT). After --first late: where the model of the index's vectors"
                            + " lies now. After any other: rerank the candidates by it, before --rerank.")
    private Optional<String> late = Optional.empty();

    @Option(
            names = "--late-keep",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "How many of the candidates that --late reranked go on to --rerank; default: 25.")
    private Optional<Integer> lateKeep = Optional.empty();

    @Option(
            names = "--weights",
            paramLabel = "W,D",
            description =
                    "Merge a hybrid by scores from 0 to 1 with these weights of words and vectors, such as 0.3,0.7.")
    private Optional<String> weights = Optional.empty();

    @Option(names = "--exact", description = "Compare with every vector, and not through the graph.")
    private boolean exact;

    @Option(
            names = "--candidates",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "How many the first stage hands on; default: 100.")
    private int candidates = 100;

    @Option(
            names = "--rerank",
            paramLabel = "M",
            description =
                    "Rerank by this model (a cross-encoder, a bi-encoder or ColBERT): a directory, a hub id, or embedded.")
    private Optional<String> rerank = Optional.empty();

    @Option(
            names = "--top-k",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "How many of the best to print; default: 5.")
    private int topK = 5;

    @Option(
            names = "--budget",
            paramLabel = "TIME",
            converter = OptionValues.Time.class,
            description = "Stop reranking after a time such as 200ms per query, and say how many were left.")
    private Optional<Duration> budget = Optional.empty();

    @Option(
            names = "--context-tokens",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "Print the best passages that fit into N tokens for a language model to read, without near"
                    + " duplicates, with citations.")
    private Optional<Integer> contextTokens = Optional.empty();

    @Option(
            names = "--precision",
            paramLabel = "P",
            converter = OptionValues.NumberFormat.class,
            description = "Of the models' products: fp32 (default), bf16, int8 or auto.")
    private Precision precision = Precision.FP32;

    @Option(names = "--explain", description = "Say where each passage stood in each stage, and where the time went.")
    private boolean explain;

    @Option(names = "--json", description = "One JSON object per query.")
    private boolean json;

    SearchCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() throws IOException {
        if (query.isPresent() == queries.isPresent()) {
            throw new UsageException(
                    query.isPresent()
                            ? "--query and --queries both say what to search for; give one of them"
                            : "there is no query; give one with --query, or many with --queries FILE");
        }
        if (query.isPresent() && query.get().isBlank()) {
            throw new UsageException("--query \"" + query.get() + "\" is blank; give the words to search for");
        }
        new SearchRun(
                        session,
                        new SearchRun.Options(
                                index,
                                query,
                                queries,
                                first,
                                dense,
                                late,
                                lateKeep,
                                weights,
                                exact,
                                candidates,
                                rerank,
                                topK,
                                budget,
                                contextTokens,
                                precision,
                                explain,
                                json))
                .run();
    }
}
