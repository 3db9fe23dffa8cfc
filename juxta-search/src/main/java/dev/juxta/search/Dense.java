package dev.juxta.search;

import dev.juxta.Hit;
import dev.juxta.Retriever;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.util.Bits;

/**
 * Finds passages by their vectors: in a small index by comparing with every one, which is exact; in a larger one through
 * the graph (HNSW), which looks at a few hundred and misses some. Hits carry the similarity.
 */
public final class Dense implements Retriever {

    /** Up to this many vectors are all compared. */
    static final int EXACT_UP_TO = 10_000;

    /** ef: the least number of candidates that a walk through the graph keeps; more finds more, for longer. */
    public static final int DEFAULT_WIDTH = 200;

    private static final Comparator<ScoreDoc> BEST_FIRST = Comparator.comparingDouble((ScoreDoc found) -> found.score)
            .reversed()
            .thenComparingInt(found -> found.doc);

    private final IndexReader reader;
    private final Embedder embedder;
    private final int width;
    private final boolean exact;

    Dense(IndexReader reader, Embedder embedder) {
        this(reader, embedder, DEFAULT_WIDTH, reader.numDocs() <= EXACT_UP_TO);
    }

    private Dense(IndexReader reader, Embedder embedder, int width, boolean exact) {
        this.reader = reader;
        this.embedder = embedder;
        this.width = width;
        this.exact = exact;
    }

    /** Compares with every vector, however many there are. */
    public Dense exactly() {
        return new Dense(reader, embedder, width, true);
    }

    /**
     * Goes through the graph, however few there are.
     *
     * @param candidates how many the walk keeps, at least 1 (and at least as many as hits are asked for)
     */
    public Dense throughGraph(int candidates) {
        Limits.requireLimit(candidates);
        return new Dense(reader, embedder, candidates, false);
    }

    @Override
    public List<Hit> retrieve(String query, int limit) throws IOException {
        return retrieve(embedder.query(query), limit);
    }

    /** Finds passages for the vector of a question. */
    public List<Hit> retrieve(float[] query, int limit) throws IOException {
        Limits.requireLimit(limit);
        int size = Math.min(limit, Math.max(1, reader.maxDoc()));
        List<ScoreDoc> found = exact ? compareAll(query, size) : walk(query, size);
        return PassageHits.of(reader, found, one -> embedder.similarity().ofScore(one.score));
    }

    private List<ScoreDoc> walk(float[] query, int size) throws IOException {
        int candidates = Math.min(Math.max(size, width), Math.max(1, reader.maxDoc()));
        KnnFloatVectorQuery walk = new KnnFloatVectorQuery(PassageFields.VECTOR, query, candidates);
        ScoreDoc[] found = new IndexSearcher(reader).search(walk, candidates).scoreDocs;
        // by the floats themselves: the graph may know them in fewer bits
        Arrays.sort(found, Comparator.comparingInt(one -> one.doc));
        int next = 0;
        for (LeafReaderContext leaf : reader.leaves()) {
            FloatVectorValues vectors = leaf.reader().getFloatVectorValues(PassageFields.VECTOR);
            int end = leaf.docBase + leaf.reader().maxDoc();
            while (vectors != null && next < found.length && found[next].doc < end) {
                vectors.advance(found[next].doc - leaf.docBase);
                found[next].score = embedder.similarity().lucene().compare(query, vectors.vectorValue());
                next++;
            }
        }
        return Arrays.stream(found).sorted(BEST_FIRST).limit(size).toList();
    }

    private List<ScoreDoc> compareAll(float[] query, int size) throws IOException {
        VectorSimilarityFunction similarity = embedder.similarity().lucene();
        PriorityQueue<ScoreDoc> best = new PriorityQueue<>(BEST_FIRST.reversed());
        for (LeafReaderContext leaf : reader.leaves()) {
            FloatVectorValues vectors = leaf.reader().getFloatVectorValues(PassageFields.VECTOR);
            if (vectors == null) {
                continue;
            }
            Bits live = leaf.reader().getLiveDocs();
            for (int id = vectors.nextDoc(); id != DocIdSetIterator.NO_MORE_DOCS; id = vectors.nextDoc()) {
                if (live == null || live.get(id)) {
                    best.add(new ScoreDoc(leaf.docBase + id, similarity.compare(query, vectors.vectorValue())));
                    if (best.size() > size) {
                        best.poll();
                    }
                }
            }
        }
        return best.stream().sorted(BEST_FIRST).toList();
    }

    /** Nothing of its own to free. */
    @Override
    public void close() {
        // reader and embedder belong to whoever opened them
    }
}
