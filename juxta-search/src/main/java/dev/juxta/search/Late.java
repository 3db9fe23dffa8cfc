package dev.juxta.search;

import dev.juxta.Hit;
import dev.juxta.Retriever;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;

/**
 * Finds passages by the vectors of their tokens (late interaction): for each token of the question the best match among a
 * passage's, summed. The vectors are kept compressed ({@link TokenCodebook}). In a small index all passages are compared.
 * In a larger one candidates are found first, as in PLAID (Santhanam et al. 2022, arXiv:2205.09707), by the centroids
 * nearest to each token of the question; a token none of whose nearest centroids is in a passage counts there like the
 * farthest of them (Lee et al. 2023, arXiv:2304.01982). Hits carry the sum.
 */
public final class Late implements Retriever {

    /** Up to this many passages are all compared. */
    static final int EXACT_UP_TO = 2_000;

    /** nprobe: centroids of each codebook that are looked up for each token of the question. */
    private static final int PROBES = 8;

    /** Candidates that are compared in full: so many times the hits that are asked for, and no fewer than a number. */
    private static final int CANDIDATES_PER_HIT = 4;

    private static final int LEAST_CANDIDATES = 400;

    private static final Comparator<ScoreDoc> BEST_FIRST = Comparator.comparingDouble((ScoreDoc found) -> found.score)
            .reversed()
            .thenComparingInt(found -> found.doc);

    private final IndexReader reader;
    private final List<TokenCodebook> codebooks;
    private final TokenEmbedder embedder;
    private final boolean exact;

    Late(IndexReader reader, List<TokenCodebook> codebooks, TokenEmbedder embedder) {
        this(reader, codebooks, embedder, reader.numDocs() <= EXACT_UP_TO);
    }

    private Late(IndexReader reader, List<TokenCodebook> codebooks, TokenEmbedder embedder, boolean exact) {
        this.reader = reader;
        this.codebooks = List.copyOf(codebooks);
        this.embedder = embedder;
        this.exact = exact;
    }

    /** Compares with every passage, however many there are. */
    public Late exactly() {
        return new Late(reader, codebooks, embedder, true);
    }

    /** Looks for candidates first, however few passages there are. */
    public Late throughCentroids() {
        return new Late(reader, codebooks, embedder, false);
    }

    @Override
    public List<Hit> retrieve(String query, int limit) throws IOException {
        Limits.requireLimit(limit);
        float[][] tokens = embedder.query(query); // [m, dimensions]
        int size = Math.min(limit, Math.max(1, reader.maxDoc()));
        int candidates =
                Math.max(LEAST_CANDIDATES, (int) Math.min(Integer.MAX_VALUE, (long) CANDIDATES_PER_HIT * size));
        List<List<Probe>> probes = exact ? List.of() : probes(tokens);
        Best best = new Best(size);
        Best likely = new Best(candidates);
        for (LeafReaderContext leaf : reader.leaves()) {
            if (exact) {
                Bits live = leaf.reader().getLiveDocs();
                int[] all = IntStream.range(0, leaf.reader().maxDoc())
                        .filter(id -> live == null || live.get(id))
                        .toArray();
                compare(leaf, all, tokens, best);
            } else {
                collect(leaf, probes, likely);
            }
        }
        if (!exact) {
            int[] documents =
                    likely.sorted().stream().mapToInt(one -> one.doc).sorted().toArray();
            for (LeafReaderContext leaf : reader.leaves()) {
                int[] within = Arrays.stream(documents)
                        .map(id -> id - leaf.docBase)
                        .filter(id -> id >= 0 && id < leaf.reader().maxDoc())
                        .toArray();
                compare(leaf, within, tokens, best);
            }
        }
        return PassageHits.of(reader, best.sorted(), one -> one.score);
    }

    /** The best so many documents. */
    private static final class Best {

        private final int size;
        private final PriorityQueue<ScoreDoc> kept = new PriorityQueue<>(BEST_FIRST.reversed());

        Best(int size) {
            this.size = size;
        }

        void offer(int document, float score) {
            kept.add(new ScoreDoc(document, score));
            if (kept.size() > size) {
                kept.poll();
            }
        }

        List<ScoreDoc> sorted() {
            return kept.stream().sorted(BEST_FIRST).toList();
        }
    }

    /**
     * A centroid near a token of the question.
     *
     * @param term names it in the index
     * @param gain how much nearer it is than the farthest one that is looked up
     */
    private record Probe(String term, float gain) {}

    /** For each token of the question its centroids, nearest first. */
    private List<List<Probe>> probes(float[][] tokens) {
        List<List<Probe>> probes = new ArrayList<>();
        for (float[] token : tokens) {
            List<Probe> nearest = new ArrayList<>();
            for (TokenCodebook codebook : codebooks) {
                float[] similarities = codebook.similarities(token);
                IntStream.range(0, similarities.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble(c -> -similarities[c]))
                        .limit(PROBES)
                        .forEach(c ->
                                nearest.add(new Probe(PassageFields.centroid(codebook.number(), c), similarities[c])));
            }
            nearest.sort(Comparator.comparingDouble((Probe probe) -> probe.gain).reversed());
            float least = nearest.isEmpty() ? 0 : nearest.get(nearest.size() - 1).gain;
            probes.add(nearest.stream()
                    .map(probe -> new Probe(probe.term, probe.gain - least))
                    .toList());
        }
        return probes;
    }

    /** Sums for each passage the gains of its nearest centroids. */
    private static void collect(LeafReaderContext leaf, List<List<Probe>> probes, Best likely) throws IOException {
        int size = leaf.reader().maxDoc();
        float[] sums = new float[size];
        int[] counted = new int[size]; // the last token of the question that was counted, from 1
        for (int token = 1; token <= probes.size(); token++) {
            for (Probe probe : probes.get(token - 1)) {
                PostingsEnum postings =
                        leaf.reader().postings(new Term(PassageFields.CENTROID, probe.term), PostingsEnum.NONE);
                int id = postings == null ? DocIdSetIterator.NO_MORE_DOCS : postings.nextDoc();
                for (; id != DocIdSetIterator.NO_MORE_DOCS; id = postings.nextDoc()) {
                    if (counted[id] < token) {
                        counted[id] = token;
                        sums[id] += probe.gain;
                    }
                }
            }
        }
        Bits live = leaf.reader().getLiveDocs();
        for (int id = 0; id < size; id++) {
            if (counted[id] > 0 && (live == null || live.get(id))) {
                likely.offer(leaf.docBase + id, sums[id]);
            }
        }
    }

    /** MaxSim of documents of a segment, in ascending order. */
    private void compare(LeafReaderContext leaf, int[] documents, float[][] tokens, Best best) throws IOException {
        BinaryDocValues codes = leaf.reader().getBinaryDocValues(PassageFields.CODES);
        float[][] columns = TokenCodebook.transposed(tokens); // [dimensions, m]
        for (int i = 0; codes != null && i < documents.length; i++) {
            if (codes.advanceExact(documents[i])) {
                best.offer(leaf.docBase + documents[i], maxSim(columns, codes.binaryValue()));
            }
        }
    }

    private float maxSim(float[][] columns, BytesRef code) {
        TokenCodebook codebook = codebooks.get(TokenCodebook.numberOf(code.bytes, code.offset));
        int count = codebook.count(code.length);
        float[] vector = new float[columns.length];
        float[] nearest = new float[columns[0].length];
        Arrays.fill(nearest, Float.NEGATIVE_INFINITY);
        for (int i = 0; i < count; i++) {
            codebook.decode(code.bytes, code.offset, count, i, vector);
            float[] similarities = TokenCodebook.products(vector, columns);
            for (int token = 0; token < nearest.length; token++) {
                nearest[token] = Math.max(nearest[token], similarities[token]);
            }
        }
        double sum = 0;
        for (float similarity : nearest) {
            sum += similarity;
        }
        return (float) sum;
    }

    /** Nothing of its own to free. */
    @Override
    public void close() {
        // reader and embedder belong to whoever opened them
    }
}
