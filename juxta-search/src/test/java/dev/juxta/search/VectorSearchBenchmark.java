package dev.juxta.search;

import dev.juxta.LoadOptions;
import dev.juxta.data.JsonLine;
import dev.juxta.data.LineReader;
import dev.juxta.data.LineReader.Line;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene912.Lucene912Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.FSDirectory;

/**
 * What approximate search finds of what comparing all finds, and how fast: HNSW over floats, int8 and int4 as indexes keep
 * them, and for comparison an inverted file (IVF: k-means, then the vectors of the nearest clusters) and the signs of the
 * vectors, both in plain Java. What each of them finds is compared again by the floats, as searches do. {@code scripts/search/recall.sh}
 * runs it over vectors that {@code juxta index --dense} has made.
 */
final class VectorSearchBenchmark {

    private static final int HITS = 10;
    private static final int WARM_UP = 50;
    private static final int IVF_ROUNDS = 8;

    private final float[][] vectors;
    private final float[][] queries;
    private final List<Set<Integer>> exact = new ArrayList<>();

    private VectorSearchBenchmark(float[][] vectors, float[][] queries) {
        this.vectors = vectors;
        this.queries = queries;
    }

    /** Finds the best for a query. */
    private interface Search {
        int[] find(float[] query) throws IOException;
    }

    /** Arguments: the bi-encoder, a file of queries (BEIR's), how many of them, and indexes with its vectors. */
    public static void main(String[] arguments) throws IOException {
        List<float[]> vectors = new ArrayList<>();
        for (int i = 3; i < arguments.length; i++) {
            read(Path.of(arguments[i]), vectors);
        }
        Collections.shuffle(vectors, new Random(1));
        new VectorSearchBenchmark(vectors.toArray(float[][]::new), queries(arguments)).run();
    }

    private static void read(Path index, List<float[]> vectors) throws IOException {
        try (FSDirectory directory = FSDirectory.open(index);
                DirectoryReader reader = DirectoryReader.open(directory)) {
            for (LeafReaderContext leaf : reader.leaves()) {
                FloatVectorValues values = leaf.reader().getFloatVectorValues(PassageFields.VECTOR);
                while (values != null && values.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
                    vectors.add(values.vectorValue().clone());
                }
            }
        }
    }

    private static float[][] queries(String[] arguments) throws IOException {
        List<String> texts = new ArrayList<>();
        try (LineReader lines = LineReader.open(Path.of(arguments[1]))) {
            for (Optional<Line> line = lines.next(); line.isPresent(); line = lines.next()) {
                texts.add(JsonLine.text(
                        JsonLine.parse(line.get()), "text", line.get().place()));
            }
        }
        Collections.shuffle(texts, new Random(2));
        try (BiEncoderEmbedder model = BiEncoderEmbedder.load(arguments[0], LoadOptions.defaults())) {
            return texts.stream()
                    .limit(Integer.parseInt(arguments[2]))
                    .map(model::query)
                    .toArray(float[][]::new);
        }
    }

    private void run() throws IOException {
        System.out.printf(
                Locale.ROOT,
                "%d vectors of %d dimensions, %d queries%n%n",
                vectors.length,
                vectors[0].length,
                queries.length);
        System.out.println("| search | build s | recall@10 | p50 ms | p99 ms |\n|---|---|---|---|---|");
        int[] all = IntStream.range(0, vectors.length).toArray();
        for (float[] query : queries) {
            exact.add(set(rescored(query, all)));
        }
        row("all compared", 0, query -> rescored(query, all));
        for (VectorFormat format : VectorFormat.values()) {
            graph(format);
        }
        ivf();
        signs();
    }

    private void row(String name, double seconds, Search search) throws IOException {
        for (int i = 0; i < WARM_UP; i++) {
            search.find(queries[i % queries.length]);
        }
        double found = 0;
        double[] millis = new double[queries.length];
        for (int i = 0; i < queries.length; i++) {
            long start = System.nanoTime();
            int[] hits = search.find(queries[i]);
            millis[i] = (System.nanoTime() - start) / 1e6;
            Set<Integer> same = set(hits);
            same.retainAll(exact.get(i));
            found += same.size() / (double) HITS;
        }
        Arrays.sort(millis);
        System.out.printf(
                Locale.ROOT,
                "| %s | %.1f | %.4f | %.2f | %.2f |%n",
                name,
                seconds,
                found / queries.length,
                millis[millis.length / 2],
                millis[(int) (millis.length * 0.99)]);
    }

    private static Set<Integer> set(int[] hits) {
        return new HashSet<>(Arrays.stream(hits).boxed().toList());
    }

    private static double squares(float[] vector) {
        double squares = 0;
        for (float x : vector) {
            squares += (double) x * x;
        }
        return squares;
    }

    private static float dot(float[] a, float[] b) {
        return VectorSimilarityFunction.DOT_PRODUCT.compare(a, b);
    }

    /** The best of some vectors by their floats. */
    private int[] rescored(float[] query, int[] candidates) {
        float[] scores = new float[candidates.length];
        for (int i = 0; i < candidates.length; i++) {
            scores[i] = dot(query, vectors[candidates[i]]);
        }
        return best(scores, HITS).map(i -> candidates[i]).toArray();
    }

    private static IntStream best(float[] scores, int count) {
        java.util.PriorityQueue<Integer> kept =
                new java.util.PriorityQueue<>(Comparator.comparingDouble((Integer i) -> scores[i]));
        for (int i = 0; i < scores.length; i++) {
            if (kept.size() < count
                    || scores[i] > scores[Optional.ofNullable(kept.peek()).orElse(0)]) {
                kept.add(i);
                if (kept.size() > count) {
                    kept.poll();
                }
            }
        }
        return kept.stream().mapToInt(Integer::intValue);
    }

    private void graph(VectorFormat format) throws IOException {
        Path folder = Files.createTempDirectory("juxta-graph");
        long start = System.nanoTime();
        try (FSDirectory directory = FSDirectory.open(folder)) {
            IndexWriterConfig config = new IndexWriterConfig()
                    .setMergePolicy(new LogDocMergePolicy()) // keeps the order, by which vectors are known
                    .setCodec(new Lucene912Codec() {
                        @Override
                        public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                            return format.lucene();
                        }
                    });
            try (IndexWriter writer = new IndexWriter(directory, config)) {
                for (float[] vector : vectors) {
                    Document document = new Document();
                    document.add(new KnnFloatVectorField("v", vector, VectorSimilarityFunction.DOT_PRODUCT));
                    writer.addDocument(document);
                }
                writer.forceMerge(1);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                IndexSearcher searcher = new IndexSearcher(reader);
                for (int width : new int[] {50, 100, 200, 400}) {
                    row("HNSW " + format + ", " + width, seconds, query -> {
                        ScoreDoc[] found = searcher.search(new KnnFloatVectorQuery("v", query, width), width).scoreDocs;
                        return rescored(
                                query,
                                Arrays.stream(found).mapToInt(one -> one.doc).toArray());
                    });
                }
            }
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** √n clusters, as is usual. */
    private void ivf() throws IOException {
        long start = System.nanoTime();
        int clusters = (int) Math.sqrt(vectors.length);
        float[][] centroids = Arrays.copyOf(vectors, clusters);
        int[] nearest = new int[vectors.length];
        for (int round = 0; round < IVF_ROUNDS; round++) {
            float[][] columns = TokenCodebook.transposed(centroids);
            float[][] sums = new float[clusters][vectors[0].length];
            for (int i = 0; i < vectors.length; i++) {
                float[] products = TokenCodebook.products(vectors[i], columns);
                for (int c = 1; c < clusters; c++) {
                    nearest[i] = products[c] > products[nearest[i]] ? c : nearest[i];
                }
                for (int j = 0; j < vectors[i].length; j++) {
                    sums[nearest[i]][j] += vectors[i][j];
                }
            }
            for (int c = 0; c < clusters; c++) {
                double length = Math.sqrt(squares(sums[c]));
                for (int j = 0; j < sums[c].length && length > 0; j++) {
                    sums[c][j] /= (float) length;
                }
            }
            centroids = sums;
        }
        float[][] columns = TokenCodebook.transposed(centroids);
        List<List<Integer>> lists = new ArrayList<>();
        for (int c = 0; c < clusters; c++) {
            lists.add(new ArrayList<>());
        }
        for (int i = 0; i < vectors.length; i++) {
            lists.get(nearest[i]).add(i);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        for (int probes : new int[] {1, 2, 4, 8, 16, 32}) {
            row("IVF " + clusters + " clusters, " + probes, seconds, query -> {
                int[] candidates = best(TokenCodebook.products(query, columns), probes)
                        .flatMap(c -> lists.get(c).stream().mapToInt(Integer::intValue))
                        .toArray();
                return rescored(query, candidates);
            });
        }
    }

    /** One bit a dimension, all compared by their Hamming distance. */
    private void signs() throws IOException {
        long[][] bits = Arrays.stream(vectors).map(VectorSearchBenchmark::signs).toArray(long[][]::new);
        for (int width : new int[] {50, 100, 200, 400}) {
            row("signs, " + width, 0, query -> {
                long[] asked = signs(query);
                float[] scores = new float[bits.length];
                for (int i = 0; i < bits.length; i++) {
                    int distance = 0;
                    for (int word = 0; word < asked.length; word++) {
                        distance += Long.bitCount(asked[word] ^ bits[i][word]);
                    }
                    scores[i] = -distance;
                }
                return rescored(query, best(scores, width).toArray());
            });
        }
    }

    private static long[] signs(float[] vector) {
        long[] bits = new long[(vector.length + Long.SIZE - 1) / Long.SIZE];
        for (int j = 0; j < vector.length; j++) {
            if (vector[j] > 0) {
                bits[j / Long.SIZE] |= 1L << (j % Long.SIZE);
            }
        }
        return bits;
    }
}
