package dev.juxta.cli;

import dev.juxta.LoadOptions;
import dev.juxta.engine.Precision;
import dev.juxta.search.BiEncoderEmbedder;
import dev.juxta.search.Bm25Options;
import dev.juxta.search.Embedder;
import dev.juxta.search.IndexSettings;
import dev.juxta.search.IndexSettings.TokenVectors;
import dev.juxta.search.IndexSettings.Vectors;
import dev.juxta.search.IndexedModels;
import dev.juxta.search.Language;
import dev.juxta.search.LateInteractionEmbedder;
import dev.juxta.search.PassageIndex;
import dev.juxta.search.PassageIndexWriter;
import dev.juxta.search.VectorFormat;
import dev.juxta.search.document.Indexing;
import dev.juxta.search.document.Indexing.Report;
import dev.juxta.search.document.Splitting;
import dev.juxta.search.document.Splitting.By;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** One run of {@link IndexCommand}. It stands apart so that commands that do not search load nothing of it. */
final class IndexRun {

    private final Session session;
    private final Options options;

    /** What the command line says. */
    record Options(
            List<String> sources,
            String out,
            Optional<String> dense,
            Optional<String> late,
            Optional<String> vectors,
            Optional<String> language,
            Optional<String> split,
            Optional<Integer> passageWords,
            Optional<Integer> overlap,
            Precision precision,
            boolean json) {}

    IndexRun(Session session, Options options) {
        this.session = session;
        this.options = options;
    }

    void run() throws IOException {
        long start = System.nanoTime();
        List<Path> sources = options.sources().stream()
                .map(
                        source -> Source.of(source)
                                .path()
                                .orElseThrow(
                                        () -> new UsageException(
                                                "an index is made of files, which can be read again when they change; write stdin to one")))
                .toList();
        Path out = Source.of(options.out()).path().orElseThrow(() -> new UsageException("--out - is no directory"));
        Optional<IndexSettings> there =
                PassageIndex.exists(out) ? Optional.of(PassageIndex.settingsOf(out)) : Optional.empty();
        Splitting splitting = splitting(there);
        Language language = language(there, sources);
        VectorFormat format = value("--vectors", options.vectors(), VectorFormat::of)
                .or(() -> there.flatMap(IndexSettings::vectors).map(Vectors::format))
                .orElse(VectorFormat.FLOAT);
        try (IndexedModels models = models(there)) {
            Optional<Vectors> vectors = there.flatMap(IndexSettings::vectors)
                    .filter(kept -> options.vectors().isEmpty())
                    .or(() -> models.dense().map(model -> Vectors.of(model, format)));
            Optional<TokenVectors> tokens =
                    there.flatMap(IndexSettings::tokens).or(() -> models.late().map(TokenVectors::of));
            IndexSettings settings = new IndexSettings(Bm25Options.of(language), splitting.toString(), vectors, tokens);
            try (PassageIndexWriter writer = PassageIndexWriter.open(out, settings, models);
                    IndexProgress progress = new IndexProgress(session)) {
                Report report = new Indexing(writer, splitting, progress).update(sources);
                progress.clear();
                print(report, settings, out, System.nanoTime() - start);
            }
        }
    }

    private Language language(Optional<IndexSettings> there, List<Path> sources) throws IOException {
        Optional<Language> asked = value("--language", options.language(), Language::of)
                .or(() -> there.map(settings -> settings.bm25().language()));
        return asked.isPresent() ? asked.get() : Indexing.language(sources);
    }

    private Splitting splitting(Optional<IndexSettings> there) {
        if (options.split().isEmpty()
                && options.passageWords().isEmpty()
                && options.overlap().isEmpty()
                && there.isPresent()) {
            return Splitting.parse(there.get().splitting());
        }
        By by = value("--split", options.split(), By::of).orElse(By.HEADING);
        int words = options.passageWords().orElse(Splitting.DEFAULT_SIZE);
        try {
            return new Splitting(
                    by, words, options.overlap().orElse(words * Splitting.DEFAULT_OVERLAP / Splitting.DEFAULT_SIZE));
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private IndexedModels models(Optional<IndexSettings> there) throws IOException {
        Optional<String> dense = name(
                "--dense",
                options.dense(),
                there,
                there.flatMap(IndexSettings::vectors).map(Vectors::model));
        Optional<String> late = name(
                "--late",
                options.late(),
                there,
                there.flatMap(IndexSettings::tokens).map(TokenVectors::model));
        LoadOptions load = LoadOptions.defaults().withPrecision(options.precision());
        Optional<Embedder> embedder =
                dense.isEmpty() ? Optional.empty() : Optional.of(BiEncoderEmbedder.load(dense.get(), load));
        try {
            return new IndexedModels(
                    embedder,
                    late.isEmpty() ? Optional.empty() : Optional.of(LateInteractionEmbedder.load(late.get(), load)));
        } catch (IOException | RuntimeException e) {
            embedder.ifPresent(Embedder::close);
            throw e;
        }
    }

    /** The model that was asked for, else that of the vectors that are there. */
    private Optional<String> name(
            String option, Optional<String> asked, Optional<IndexSettings> there, Optional<String> kept) {
        if (asked.isPresent() && there.isPresent() && kept.isEmpty()) {
            throw new UsageException("\"" + options.out() + "\" has no vectors of " + option
                    + ", and cannot get any later; make a new index with " + option);
        }
        return asked.or(() -> kept);
    }

    private static <T> Optional<T> value(String option, Optional<String> text, Function<String, T> parse) {
        try {
            return text.map(parse);
        } catch (IllegalArgumentException e) {
            throw new UsageException(option + " " + e.getMessage());
        }
    }

    private void print(Report report, IndexSettings settings, Path out, long nanos) throws IOException {
        report.problems().forEach(problem -> session.tell("passed over: " + problem));
        int passages;
        try (PassageIndex index = PassageIndex.open(out)) {
            passages = index.size();
        }
        double seconds = nanos / 1e9;
        if (options.json()) {
            ObjectNode object = Json.object();
            object.put("index", out.toString());
            object.put("passages", passages);
            object.put("added", report.added());
            object.put("changed", report.changed());
            object.put("unchanged", report.unchanged());
            object.put("removed", report.removed());
            object.put("resumed", report.resumed());
            object.put("passed_over", report.problems().size());
            object.put("new_documents", report.documents());
            object.put("new_passages", report.passages());
            object.put("language", settings.bm25().language().toString());
            settings.vectors().ifPresent(vectors -> object.put("dense", vectors.model()));
            settings.tokens().ifPresent(tokens -> object.put("late", tokens.model()));
            object.put("seconds", Math.round(seconds * 1000) / 1000.0);
            session.out().line(Json.line(object));
        } else {
            session.out()
                    .line(String.format(
                            Locale.ROOT,
                            "%s: %d passages, language %s%s; files: %d added, %d changed, %d removed, %d unchanged%s%s;"
                                    + " %d passages in %.1f s",
                            DisplayText.line(out.toString()),
                            passages,
                            settings.bm25().language(),
                            settings.vectors()
                                            .map(vectors -> ", vectors of " + vectors.model())
                                            .orElse("")
                                    + settings.tokens()
                                            .map(tokens -> ", vectors of tokens of " + tokens.model())
                                            .orElse(""),
                            report.added(),
                            report.changed(),
                            report.removed(),
                            report.unchanged(),
                            report.resumed() == 0 ? "" : ", " + report.resumed() + " continued",
                            report.problems().isEmpty()
                                    ? ""
                                    : ", " + report.problems().size() + " passed over",
                            report.passages(),
                            seconds));
        }
        session.out().flush();
    }
}
