package dev.juxta.search;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene912.Lucene912Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * Writes an index of passages that come from files. Nothing is seen by readers before {@link #commit}, and everything
 * since the last one is undone by {@link #close} and by a crash. One writer at a time; readers are not disturbed.
 */
public final class PassageIndexWriter implements AutoCloseable {

    /** Passages are embedded in this many at a time. */
    private static final int EMBEDDED_TOGETHER = 64;

    private static final double BUFFER_MEGABYTES = 64;

    private final Path folder;
    private final IndexSettings settings;
    private final IndexedModels models;
    private final TokenCodebooks codebooks;
    private final Directory directory;
    private final IndexWriter writer;
    private final Analyzer analyzer;
    private final Map<String, IndexedFile> files;
    private final List<Passage> waiting = new ArrayList<>();

    private PassageIndexWriter(Path folder, IndexSettings settings, IndexedModels models) throws IOException {
        this.folder = folder;
        this.settings = settings;
        this.models = models;
        if (PassageIndex.exists(folder)) {
            try (PassageIndex there = PassageIndex.open(folder)) {
                this.files = there.files();
                this.codebooks = there.codebooks();
            }
        } else {
            this.files = new LinkedHashMap<>();
            this.codebooks = TokenCodebooks.none();
        }
        this.directory = FSDirectory.open(Files.createDirectories(folder));
        this.analyzer = settings.bm25().language().analyzer();
        VectorFormat format =
                settings.vectors().map(IndexSettings.Vectors::format).orElse(VectorFormat.FLOAT);
        IndexWriterConfig config = new IndexWriterConfig(analyzer)
                .setRAMBufferSizeMB(BUFFER_MEGABYTES)
                .setCommitOnClose(false)
                .setCodec(new Lucene912Codec() {
                    @Override
                    public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                        return format.lucene();
                    }
                });
        try {
            this.writer = new IndexWriter(directory, config);
        } catch (IOException | RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    /**
     * Opens an index to write to, or makes one.
     *
     * @param settings what it is made with; one that is there must have been made with the same
     * @param models those of its vectors, if it is to have any
     * @throws IndexException if it is damaged, written to by another process, or was made with other settings
     */
    public static PassageIndexWriter open(Path folder, IndexSettings settings, IndexedModels models)
            throws IOException {
        if (settings.vectors().isPresent() != models.dense().isPresent()
                || settings.tokens().isPresent() != models.late().isPresent()) {
            throw new IllegalArgumentException("Settings with vectors need a model that makes them, and only they");
        }
        try {
            if (PassageIndex.exists(folder)) {
                requireSame(PassageIndex.settingsOf(folder), settings, folder);
                if (models.dense().isPresent()) {
                    settings.vectors().orElseThrow().require(models.dense().get(), folder.toString());
                }
                if (models.late().isPresent()) {
                    settings.tokens().orElseThrow().require(models.late().get(), folder.toString());
                }
            } else if (Files.exists(folder) && !isEmpty(folder)) {
                throw new IndexException("\"" + folder + "\" holds other files; name a new or empty directory");
            }
            return new PassageIndexWriter(folder, settings, models);
        } catch (IOException | RuntimeException e) {
            throw IndexFiles.explained(e, folder);
        }
    }

    /** What a crash before the first commit leaves does not count. */
    private static boolean isEmpty(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (var names = Files.list(folder)) {
            return names.allMatch(
                    file -> file.getFileName().toString().matches("write\\.lock|_[0-9a-z]+[_.].*|pending_segments_.*"));
        }
    }

    private static void requireSame(IndexSettings there, IndexSettings asked, Path folder) throws IndexException {
        if (!there.equals(asked)) {
            throw new IndexException("\"" + folder + "\" was made with " + describe(there) + ", and not with "
                    + describe(asked) + "; leave these options out, or make a new index");
        }
    }

    private static String describe(IndexSettings settings) {
        return "language " + settings.bm25().language() + ", passages by " + settings.splitting() + ", "
                + settings.vectors()
                        .map(kept -> "vectors of " + kept.model() + " as " + kept.format())
                        .orElse("no vectors")
                + settings.tokens()
                        .map(kept -> ", vectors of tokens of " + kept.model())
                        .orElse("");
    }

    /** A view of the files in the index, those since the last commit included, by their paths. */
    public Map<String, IndexedFile> files() {
        return Collections.unmodifiableMap(files);
    }

    /** Adds passages of a file. Their {@link Origin#file} is the file's path. */
    public void add(List<Passage> passages) throws IOException {
        try {
            if (models.dense().isEmpty() && models.late().isEmpty()) {
                for (Passage passage : passages) {
                    writer.addDocument(PassageFields.write(passage));
                }
            } else {
                waiting.addAll(passages);
                while (waiting.size() >= EMBEDDED_TOGETHER) {
                    embed(EMBEDDED_TOGETHER);
                }
            }
        } catch (IOException | RuntimeException e) {
            throw explainedUnlessCallers(e);
        }
    }

    private void embed(int count) throws IOException {
        List<Passage> next = waiting.subList(0, count);
        List<String> texts = next.stream().map(Passage::reading).toList();
        List<Document> documents = next.stream().map(PassageFields::write).toList();
        if (models.dense().isPresent()) {
            List<float[]> vectors = models.dense().get().documents(texts);
            for (int i = 0; i < count; i++) {
                PassageFields.add(
                        documents.get(i), vectors.get(i), models.dense().get().similarity());
            }
        }
        if (models.late().isPresent()) {
            addTokens(documents, models.late().get().documents(texts));
        }
        for (Document document : documents) {
            writer.addDocument(document);
        }
        next.clear();
    }

    private void addTokens(List<Document> documents, List<float[][]> tokens) throws IOException {
        Optional<Document> made = codebooks.see(tokens);
        if (made.isPresent()) {
            writer.addDocument(made.get());
        }
        for (int i = 0; i < documents.size(); i++) {
            if (tokens.get(i).length > 0) {
                PassageFields.add(
                        documents.get(i), tokens.get(i), codebooks.newest().orElseThrow());
            }
        }
    }

    /** Says what is known of a file whose passages were added. */
    public void record(IndexedFile file) throws IOException {
        try {
            writer.updateDocument(new Term(PassageFields.RECORD, file.path()), PassageFields.write(file));
            files.put(file.path(), file);
        } catch (IOException | RuntimeException e) {
            throw explainedUnlessCallers(e);
        }
    }

    /** Removes a file and its passages. */
    public void remove(String path) throws IOException {
        try {
            writer.deleteDocuments(new Term(PassageFields.FILE, path), new Term(PassageFields.RECORD, path));
            waiting.removeIf(passage -> passage.origin()
                    .filter(origin -> origin.file().equals(path))
                    .isPresent());
            files.remove(path);
        } catch (IOException | RuntimeException e) {
            throw explainedUnlessCallers(e);
        }
    }

    /** Makes all of it visible at once, and safe against a crash. */
    public void commit() throws IOException {
        try {
            if (!waiting.isEmpty()) {
                embed(waiting.size());
            }
            writer.setLiveCommitData(settings.write().entrySet());
            writer.commit();
        } catch (IOException | RuntimeException e) {
            throw explainedUnlessCallers(e);
        }
    }

    private IOException explainedUnlessCallers(Exception e) {
        if (writer.getTragicException() instanceof Exception tragic) {
            return IndexFiles.explained(tragic, folder);
        }
        if (e instanceof RuntimeException mistake && !(e.getCause() instanceof IOException)) {
            throw mistake;
        }
        return IndexFiles.explained(e, folder);
    }

    /** Undoes what was not committed. */
    @Override
    public void close() throws IOException {
        try {
            writer.close();
        } finally {
            analyzer.close();
            directory.close();
        }
    }
}
