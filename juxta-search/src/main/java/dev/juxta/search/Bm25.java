package dev.juxta.search;

import dev.juxta.Hit;
import dev.juxta.Retriever;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.ByteBuffersDirectory;

/**
 * Finds passages by their words: BM25 (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework"), with
 * Lucene's analysis of the language. A passage that has no word of the question is not found. Of equal scores the passage
 * that was added first comes first.
 *
 * <pre>{@code
 * try (Bm25 first = Bm25.of(passages, Bm25Options.of(Language.EN))) {
 *     List<Hit> candidates = first.retrieve("How many people live in Berlin?", 100);
 * }
 * }</pre>
 */
public final class Bm25 implements Retriever {

    private final IndexReader reader;
    private final IndexSearcher searcher;
    private final Analyzer analyzer;

    private final boolean owning;

    /** Over the reader of an index, which stays open. */
    Bm25(IndexReader reader, Bm25Options options) {
        this(reader, options, false);
    }

    private Bm25(IndexReader reader, Bm25Options options, boolean owning) {
        this.owning = owning;
        this.reader = reader;
        this.searcher = new IndexSearcher(reader);
        this.searcher.setSimilarity(new BM25Similarity(options.k1(), options.b()));
        this.analyzer = options.language().analyzer();
    }

    /**
     * Indexes passages in memory, about as much of it as their texts take.
     *
     * @param passages read once
     */
    public static Bm25 of(Iterable<Passage> passages, Bm25Options options) throws IOException {
        // the reader keeps what it needs of the directory
        ByteBuffersDirectory directory = new ByteBuffersDirectory();
        try (Analyzer analyzer = options.language().analyzer()) {
            IndexWriterConfig config = new IndexWriterConfig(analyzer)
                    .setMergePolicy(new LogDocMergePolicy()) // keeps the order of the passages
                    .setMergeScheduler(new SerialMergeScheduler());
            try (IndexWriter writer = new IndexWriter(directory, config)) {
                for (Passage passage : passages) {
                    writer.addDocument(PassageFields.write(passage));
                }
                writer.forceMerge(1);
            }
        }
        return new Bm25(DirectoryReader.open(directory), options, true);
    }

    @Override
    public List<Hit> retrieve(String query, int limit) throws IOException {
        Limits.requireLimit(limit);
        try {
            int size = Math.min(limit, Math.max(1, reader.maxDoc()));
            ScoreDoc[] found = searcher.search(WordQuery.of(query, analyzer, reader), size).scoreDocs;
            return PassageHits.of(reader, List.of(found), one -> one.score);
        } catch (AlreadyClosedException e) {
            throw new IllegalStateException("This retriever is closed", e);
        }
    }

    @Override
    public void close() throws IOException {
        if (owning) {
            reader.close();
        }
        analyzer.close();
    }
}
