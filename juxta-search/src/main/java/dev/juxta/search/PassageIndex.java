package dev.juxta.search;

import dev.juxta.Retriever;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.FSDirectory;

/**
 * An index of passages on disk, as it was committed when it was opened: a writer that goes on meanwhile changes nothing in
 * it. Thread-safe.
 */
public final class PassageIndex implements AutoCloseable {

    private final Path folder;
    private final DirectoryReader reader;
    private final IndexSettings settings;

    private PassageIndex(Path folder, DirectoryReader reader, IndexSettings settings) {
        this.folder = folder;
        this.reader = reader;
        this.settings = settings;
    }

    /**
     * Opens an index.
     *
     * @throws IndexException if there is none, or it is damaged
     */
    public static PassageIndex open(Path folder) throws IOException {
        DirectoryReader reader = IndexFiles.open(folder);
        try {
            return new PassageIndex(
                    folder, reader, IndexSettings.read(reader.getIndexCommit().getUserData(), folder.toString()));
        } catch (IOException | RuntimeException e) {
            closeAll(reader);
            throw IndexFiles.explained(e, folder);
        }
    }

    /** Whether there is an index in a directory, be it damaged or not. */
    public static boolean exists(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (FSDirectory directory = FSDirectory.open(folder)) {
            return DirectoryReader.indexExists(directory);
        }
    }

    /** What an index was made with. */
    public static IndexSettings settingsOf(Path folder) throws IOException {
        try (PassageIndex index = open(folder)) {
            return index.settings();
        }
    }

    TokenCodebooks codebooks() throws IOException {
        return TokenCodebooks.read(reader);
    }

    /** What it was made with. */
    public IndexSettings settings() {
        return settings;
    }

    /** How many passages it has. */
    public int size() throws IOException {
        return reader.numDocs() - files().size() - reader.getDocCount(PassageFields.CODEBOOK);
    }

    /** The files it was made of, by their paths. */
    public Map<String, IndexedFile> files() throws IOException {
        Map<String, IndexedFile> files = new LinkedHashMap<>();
        for (LeafReaderContext leaf : reader.leaves()) {
            Terms paths = leaf.reader().terms(PassageFields.RECORD);
            if (paths == null) {
                continue;
            }
            TermsEnum each = paths.iterator();
            while (each.next() != null) {
                PostingsEnum documents = each.postings(null, PostingsEnum.NONE);
                for (int id = documents.nextDoc(); id != DocIdSetIterator.NO_MORE_DOCS; id = documents.nextDoc()) {
                    if (leaf.reader().getLiveDocs() == null
                            || leaf.reader().getLiveDocs().get(id)) {
                        IndexedFile file = PassageFields.readFile(
                                leaf.reader().storedFields().document(id));
                        files.put(file.path(), file);
                    }
                }
            }
        }
        return files;
    }

    /** The passage that hits name by an id. */
    public Optional<Passage> passage(String id) throws IOException {
        return PassageHits.find(reader, id);
    }

    /** Finds passages by their words. It is open as long as the index is. */
    public Retriever bm25() {
        return new Bm25(reader, settings.bm25());
    }

    /**
     * Finds passages by their vectors. It is open as long as the index and the embedder are.
     *
     * @throws IndexException if the index has no vectors, or those of other weights
     */
    public Dense dense(Embedder embedder) throws IOException {
        IndexSettings.Vectors vectors = settings.vectors()
                .orElseThrow(() -> new IndexException("\"" + folder
                        + "\" has no vectors; make an index with juxta index … --dense M, or search by words (bm25)"));
        vectors.require(embedder, folder.toString());
        return new Dense(reader, embedder);
    }

    /**
     * Finds passages by the vectors of their tokens. It is open as long as the index and the embedder are.
     *
     * @throws IndexException if the index has no such vectors, or those of other weights
     */
    public Late late(TokenEmbedder embedder) throws IOException {
        IndexSettings.TokenVectors tokens = settings.tokens()
                .orElseThrow(() -> new IndexException(
                        "\"" + folder + "\" has no vectors of tokens; make an index with juxta index … --late M"));
        tokens.require(embedder, folder.toString());
        return new Late(reader, codebooks().all(), embedder);
    }

    @Override
    public void close() throws IOException {
        closeAll(reader);
    }

    private static void closeAll(DirectoryReader reader) throws IOException {
        reader.close();
        reader.directory().close();
    }
}
