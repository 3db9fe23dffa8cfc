package dev.juxta.cli;

import dev.juxta.Retriever;
import dev.juxta.data.InputException;
import dev.juxta.eval.BeirFolder;
import dev.juxta.eval.Qrels;
import dev.juxta.eval.RerankingQuery;
import dev.juxta.eval.Retrieval;
import dev.juxta.eval.RunEvaluation;
import dev.juxta.search.BiEncoderEmbedder;
import dev.juxta.search.Bm25;
import dev.juxta.search.Bm25Options;
import dev.juxta.search.Fusion;
import dev.juxta.search.Hybrid;
import dev.juxta.search.IndexSettings;
import dev.juxta.search.IndexSettings.TokenVectors;
import dev.juxta.search.IndexSettings.Vectors;
import dev.juxta.search.IndexedModels;
import dev.juxta.search.Language;
import dev.juxta.search.LateInteractionEmbedder;
import dev.juxta.search.Passage;
import dev.juxta.search.PassageIndex;
import dev.juxta.search.PassageIndexWriter;
import dev.juxta.search.VectorFormat;
import dev.juxta.search.document.Indexing;
import dev.juxta.search.document.Splitting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Retrieves from a data set's corpus. It stands apart so that commands that do not search load nothing of it.
 *
 * @param session where to print
 * @param data the BEIR folder
 * @param kind one of {@link #KINDS}
 * @param dense the bi-encoder, for dense and hybrid
 * @param late the late-interaction model, for late
 * @param kept where the index with its vectors is kept; empty if it lives as long as the command
 * @param language code of the language whose analysis BM25 takes; empty for what the corpus looks like
 */
public record FirstStage(
        Session session,
        Path data,
        String kind,
        Optional<String> dense,
        Optional<String> late,
        Optional<Path> kept,
        Optional<String> language) {

    /** Documents are found whole, as they are judged. */
    private static final Splitting WHOLE =
            new Splitting(Splitting.By.NONE, Splitting.DEFAULT_SIZE, Splitting.DEFAULT_OVERLAP);

    /** What a first stage can be. */
    static final List<String> KINDS = List.of("bm25", "dense", "hybrid", "late");

    /** Chars by which a corpus's language is told. */
    private static final int SAMPLE = 20_000;

    /** What a stage does with a retriever that is closed afterwards. */
    public interface Use {
        void with(Retriever retriever) throws IOException;
    }

    /** Retrieves, and then measures, or hands over to the second stage, which does. */
    void evaluate(Optional<String> rerank, SecondStage second) throws IOException {
        BeirFolder beir = BeirFolder.open(data);
        CandidateOptions candidates = second.candidates();
        Qrels qrels = beir.qrels(candidates.split()).sample(candidates.maxQueries());
        Map<String, String> queries = new LinkedHashMap<>(beir.queries());
        queries.keySet().retainAll(qrels.judgements().keySet());
        if (queries.isEmpty()) {
            throw new InputException("no query of " + data + " is judged in its split \"" + candidates.split() + "\"");
        }
        Map<String, String> documents = beir.documents(id -> true);
        if (documents.isEmpty()) {
            throw new InputException("the corpus of " + data + " has no documents");
        }
        retrieving(beir.corpus(), documents, second.model(), retriever -> {
            Retrieval found = Retrieval.of(retriever, queries, candidates.candidates(), asked -> {});
            if (rerank.isPresent()) {
                RerankingQuery.Judged judged = new RerankingQuery.Judged(found.queries(), qrels);
                second.run(
                        EvaluationView.shortName(data),
                        rerank.get(),
                        judged,
                        candidates.allDepths(),
                        Optional.of(found.run()),
                        found.seconds());
            } else {
                measure(found, qrels, second);
            }
        });
    }

    /**
     * Checks what can be checked before anything is read.
     *
     * @throws UsageException if the stage is none, or lacks its bi-encoder
     */
    void check() {
        if (!KINDS.contains(kind)) {
            throw new UsageException("--first \"" + kind + "\" is not one of " + String.join(", ", KINDS));
        }
        boolean needsDense = kind.equals("dense") || kind.equals("hybrid");
        if (!needsDense && dense.isPresent()) {
            throw new UsageException("--dense names the bi-encoder of dense and hybrid, and --first is " + kind);
        }
        if (!kind.equals("late") && late.isPresent()) {
            throw new UsageException("--late names the model of late, and --first is " + kind);
        }
        if (kind.equals("late") && late.isEmpty()) {
            throw new UsageException("--first late needs a late-interaction model; name one with --late");
        }
        if (kind.equals("bm25") && kept.isPresent()) {
            throw new UsageException("--index keeps vectors, and --first is bm25, which needs none");
        }
        if (needsDense && dense.isEmpty()) {
            throw new UsageException("--first " + kind + " needs a bi-encoder; name one with --dense");
        }
    }

    private void measure(Retrieval found, Qrels qrels, SecondStage stage) throws IOException {
        if (stage.candidates().runOut().isPresent()) {
            found.run().write(stage.candidates().runOut().get(), "juxta");
        }
        RunEvaluation evaluated =
                RunEvaluation.of(qrels, found.run(), stage.options().measures());
        new EvaluationView(
                        session,
                        stage.options(),
                        evaluated,
                        Optional.empty(),
                        stage.options().against(qrels, evaluated))
                .writeReport("Retrieval from " + EvaluationView.shortName(data) + " by " + kind, List.of(), qrels)
                .print(found.seconds());
    }

    /**
     * Makes an index, or opens the one that is kept, and closes it once {@code use} is done.
     *
     * @param corpus the file that the documents are in
     * @param documents their texts by their ids
     */
    public void retrieving(Path corpus, Map<String, String> documents, LoadingOptions model, Use use)
            throws IOException {
        if (kind.equals("bm25")) {
            List<Passage> passages = documents.entrySet().stream()
                    .map(document -> Passage.document(document.getKey(), "", document.getValue()))
                    .toList();
            try (Bm25 words = Bm25.of(passages, Bm25Options.of(language(documents)))) {
                use.with(words);
            }
            return;
        }
        Path folder = kept.isPresent() ? kept.get() : Files.createTempDirectory("juxta-evaluate");
        try (IndexedModels models = models(model)) {
            bringUpToDate(folder, corpus, documents, models);
            try (PassageIndex index = PassageIndex.open(folder);
                    Retriever retriever = retriever(index, models)) {
                use.with(retriever);
            }
        } finally {
            if (kept.isEmpty()) {
                delete(folder);
            }
        }
    }

    private IndexedModels models(LoadingOptions model) throws IOException {
        String name = dense.or(() -> late).orElseThrow();
        String found = model.hub(session).find(name, model.revision()).toString();
        return late.isPresent()
                ? IndexedModels.late(LateInteractionEmbedder.load(found, model.load()))
                : IndexedModels.dense(BiEncoderEmbedder.load(found, model.load()));
    }

    private Retriever retriever(PassageIndex index, IndexedModels models) throws IOException {
        if (models.late().isPresent()) {
            return index.late(models.late().get());
        }
        Retriever vectors = index.dense(models.dense().orElseThrow());
        return kind.equals("dense") ? vectors : new Hybrid(List.of(index.bm25(), vectors), Fusion.reciprocalRanks());
    }

    private void bringUpToDate(Path folder, Path corpus, Map<String, String> documents, IndexedModels models)
            throws IOException {
        Optional<IndexSettings> there =
                PassageIndex.exists(folder) ? Optional.of(PassageIndex.settingsOf(folder)) : Optional.empty();
        Language words = there.filter(settings -> language.isEmpty())
                .map(settings -> settings.bm25().language())
                .orElseGet(() -> language(documents));
        IndexSettings settings = new IndexSettings(
                Bm25Options.of(words),
                WHOLE.toString(),
                models.dense()
                        .map(model -> there.flatMap(IndexSettings::vectors)
                                .orElseGet(() -> Vectors.of(model, VectorFormat.FLOAT))),
                models.late()
                        .map(model -> there.flatMap(IndexSettings::tokens).orElseGet(() -> TokenVectors.of(model))));
        if (there.isPresent() && !there.get().equals(settings)) {
            throw new InputException("\"" + folder + "\" is an index with other vectors or settings than --first "
                    + kind + " needs; name another place with --index");
        }
        try (PassageIndexWriter writer = PassageIndexWriter.open(folder, settings, models);
                IndexProgress progress = new IndexProgress(session)) {
            for (String file : writer.files().keySet()) {
                if (!file.equals(Indexing.name(corpus))) {
                    throw new InputException("\"" + folder + "\" is an index of " + file + ", and not of " + corpus
                            + "; name another place with --index");
                }
            }
            new Indexing(writer, WHOLE, progress).update(List.of(corpus));
        }
    }

    private Language language(Map<String, String> documents) {
        try {
            return language.map(Language::of).orElseGet(() -> detect(documents));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--language " + e.getMessage());
        }
    }

    private static Language detect(Map<String, String> documents) {
        StringBuilder sample = new StringBuilder();
        for (String text : documents.values()) {
            if (sample.length() > SAMPLE) {
                break;
            }
            sample.append(text).append('\n');
        }
        return Language.detect(sample.toString());
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
