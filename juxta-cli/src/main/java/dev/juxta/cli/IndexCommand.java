package dev.juxta.cli;

import dev.juxta.engine.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code juxta index}: files and folders become an index, or bring one up to date. */
@Command(
        name = "index",
        description = "Index files and folders for search, or bring an index up to date with them.",
        footer = {
            "",
            "Reads text, Markdown, HTML, PDF, .jsonl with \"text\" (and maybe \"title\" and \"id\"), .tsv with text, id and"
                    + " text, or id, title and text, and BEIR folders. Files that have not changed are passed over, those"
                    + " that are gone from a folder are removed. When it is stopped midway, the same command goes on from"
                    + " there.",
            "",
            "Example: juxta index docs --out docs.index"
        })
final class IndexCommand implements Subcommand {

    private final Session session;

    @Parameters(paramLabel = "DIR|FILE", description = "What to index.")
    private List<String> sources = new ArrayList<>();

    @Option(names = "--out", paramLabel = "INDEX", description = "The directory of the index; made if there is none.")
    private Optional<String> out = Optional.empty();

    @Option(
            names = "--dense",
            paramLabel = "M",
            description = "Keep vectors by this bi-encoder too: a directory, or a hub id.")
    private Optional<String> dense = Optional.empty();

    @Option(
            names = "--late",
            paramLabel = "M",
            description = "Keep compressed vectors of all tokens by this late-interaction model (ColBERT) too.")
    private Optional<String> late = Optional.empty();

    @Option(
            names = "--vectors",
            paramLabel = "FORMAT",
            description = "How vectors are kept: float (default), int8 or int4.")
    private Optional<String> vectors = Optional.empty();

    @Option(
            names = "--language",
            paramLabel = "CODE",
            description = "de, en, …, or any; default: as the first documents are in.")
    private Optional<String> language = Optional.empty();

    @Option(
            names = "--split",
            paramLabel = "HOW",
            description = "Passages by heading (default), sentence, tokens (windows that overlap) or none.")
    private Optional<String> split = Optional.empty();

    @Option(
            names = "--passage-words",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "The most words of a passage; default: 200.")
    private Optional<Integer> passageWords = Optional.empty();

    @Option(
            names = "--overlap",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "Words that a window repeats of the one before; default: a fifth of a passage.")
    private Optional<Integer> overlap = Optional.empty();

    @Option(
            names = "--precision",
            paramLabel = "P",
            converter = OptionValues.NumberFormat.class,
            description = "Of the model's products: fp32 (default), bf16, int8 or auto.")
    private Precision precision = Precision.FP32;

    @Option(names = "--json", description = "The report as one JSON object.")
    private boolean json;

    IndexCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() throws IOException {
        if (sources.isEmpty()) {
            throw new UsageException("there is nothing to index; name files or folders");
        }
        if (out.isEmpty() || out.get().isBlank()) {
            throw new UsageException("there is no place for the index; give a directory with --out");
        }
        if (vectors.isPresent() && dense.isEmpty()) {
            throw new UsageException("--vectors says how vectors are kept, and there is no model to make them; give one"
                    + " with --dense");
        }
        new IndexRun(
                        session,
                        new IndexRun.Options(
                                sources,
                                out.get(),
                                dense,
                                late,
                                vectors,
                                language,
                                split,
                                passageWords,
                                overlap,
                                precision,
                                json))
                .run();
    }
}
