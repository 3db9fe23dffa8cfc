package dev.juxta.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.juxta.Hit;
import dev.juxta.Retriever;
import dev.juxta.Score;
import dev.juxta.ScoreOptions;
import dev.juxta.Scorer;
import dev.juxta.TextPair;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.junit.jupiter.api.Test;

class PipelineTest {

    /** Finds d0, d1, … with falling scores. */
    private record Falling(int size) implements Retriever {
        @Override
        public List<Hit> retrieve(String query, int limit) {
            return IntStream.range(0, Math.min(size, limit))
                    .mapToObj(i -> new Hit("d" + i, size - i, "text " + i))
                    .toList();
        }

        @Override
        public void close() {
            // nothing to free
        }
    }

    /** Scores a text by a formula, and counts. */
    private static final class Formula implements Scorer {

        private final ToDoubleFunction<String> formula;
        private final Duration each;
        private final List<String> read = new ArrayList<>();

        Formula(ToDoubleFunction<String> formula, Duration each) {
            this.formula = formula;
            this.each = each;
        }

        @Override
        public List<Score> score(List<TextPair> pairs, ScoreOptions options) {
            return pairs.stream()
                    .map(pair -> {
                        long until = System.nanoTime() + each.toNanos();
                        while (System.nanoTime() < until) {
                            Thread.onSpinWait();
                        }
                        read.add(pair.second());
                        float value = (float) formula.applyAsDouble(pair.second());
                        return Score.of(value, value, 3, 0);
                    })
                    .toList();
        }

        @Override
        public void close() {
            // nothing to free
        }
    }

    private static int number(String text) {
        return Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1));
    }

    private static Formula formula(ToDoubleFunction<String> formula) {
        return new Formula(formula, Duration.ZERO);
    }

    @Test
    void aCascadeNarrowsAndReports() throws IOException {
        Formula cheap = formula(text -> number(text) % 10);
        Formula dear = formula(text -> -number(text));
        PipelineResult result = Pipeline.from("first", new Falling(500), 100)
                .then("cheap", cheap, 10)
                .then("dear", dear, 5)
                .run("q", 3);
        assertThat(result.hits()).extracting(Hit::id).containsExactly("d9", "d19", "d29");
        assertThat(cheap.read).hasSize(100);
        assertThat(dear.read).hasSize(10);
        assertThat(result.stages())
                .extracting(
                        PipelineResult.StageReport::stage,
                        PipelineResult.StageReport::in,
                        PipelineResult.StageReport::out)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("first", 100, 100),
                        org.assertj.core.groups.Tuple.tuple("cheap", 100, 10),
                        org.assertj.core.groups.Tuple.tuple("dear", 10, 5));
        assertThat(result.found().get(1).placings())
                .extracting(PipelineResult.Placing::rank)
                .containsExactly(20, 2, 2);
    }

    @Test
    void aBudgetLeavesTheLastCandidates() throws IOException {
        Formula slow = new Formula(PipelineTest::number, Duration.ofMillis(5));
        PipelineResult result = Pipeline.from("first", new Falling(100), 100)
                .then("slow", slow, 100)
                .within(Duration.ofMillis(100))
                .run("q", 100);
        int unscored = result.stages().get(1).unscored();
        assertThat(unscored).isBetween(60, 92);
        assertThat(result.hits()).hasSize(100 - unscored);
    }

    @Test
    void hybridsMergeByPlacesOrByScores() throws IOException {
        Retriever forward = new Falling(3);
        Retriever other = new Retriever() {
            @Override
            public List<Hit> retrieve(String query, int limit) {
                return List.of(new Hit("x", 9, "x"), new Hit("d2", 8.9, "text 2"), new Hit("d0", 0, "text 0"));
            }

            @Override
            public void close() {
                // nothing to free
            }
        };
        Hybrid places = new Hybrid(List.of(forward, other), Fusion.reciprocalRanks());
        // d0: 1/61 + 1/63, d2: 1/63 + 1/62, x: 1/61, d1: 1/62
        assertThat(places.retrieve("q", 9)).extracting(Hit::id).containsExactly("d0", "d2", "x", "d1");
        Hybrid scores = new Hybrid(List.of(forward, other), Fusion.weights(List.of(0.1, 0.9)));
        assertThat(scores.retrieve("q", 9)).extracting(Hit::id).containsExactly("x", "d2", "d0", "d1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Hybrid(List.of(forward), Fusion.weights(List.of(1.0, 2.0))))
                .withMessage("1 retrievers and 2 weights");
    }

    @Test
    void ensemblesAverageOnOneScale() {
        List<TextPair> pairs = List.of(
                new TextPair("q", "t 0"), new TextPair("q", "t 1"), new TextPair("q", "t 2"), new TextPair("r", "t 9"));
        Scorer large = formula(text -> 1000.0 * number(text) * number(text));
        Scorer reversed = formula(text -> -number(text));
        List<Float> scores = new Ensemble(List.of(large, reversed), Ensemble.Mean.SCORES)
                .score(pairs).stream().map(Score::logit).toList();
        assertThat(scores).containsExactly(0.5f, 0.375f, 0.5f, 1f);
        List<Float> ranks = new Ensemble(List.of(large, reversed), Ensemble.Mean.RANKS)
                .score(pairs).stream().map(Score::logit).toList();
        assertThat(ranks).containsExactly(0.5f, 0.5f, 0.5f, 1f);
    }

    @Test
    void usersOfLuceneRerankTheirOwnHits() throws IOException {
        ByteBuffersDirectory directory = new ByteBuffersDirectory();
        try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
            for (int i = 0; i < 5; i++) {
                Document document = new Document();
                document.add(new TextField("body", "word number " + i, Store.YES));
                writer.addDocument(document);
            }
        }
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
            IndexSearcher searcher = new IndexSearcher(reader);
            TopDocs first = searcher.search(new TermQuery(new Term("body", "word")), 5);
            ScorerRescorer rescorer = new ScorerRescorer(formula(text -> number(text) % 4), "q", "body");
            TopDocs best = rescorer.rescore(searcher, first, 3);
            assertThat(best.scoreDocs).extracting(hit -> hit.doc).containsExactly(3, 2, 1);
            assertThat(rescorer.explain(searcher, searcher.explain(new TermQuery(new Term("body", "word")), 3), 3)
                            .getValue()
                            .doubleValue())
                    .isEqualTo(3);
        }
    }

    @Test
    void contextsFitAndSayThingsOnce() {
        List<Passage> best = List.of(
                Passage.document("a", "", "The river Spree flows through the city of Berlin, from the south east."),
                Passage.document("b", "", "The river Spree flows through the city of Berlin from the south-east!"),
                Passage.document("c", "", "word ".repeat(200)),
                Passage.document("d", "Head", "Another text."));
        ContextPacker.Context context = new ContextPacker(40, text -> text.split("\\s+", -1).length).pack(best);
        assertThat(context.passages()).extracting(Passage::id).containsExactly("a", "d");
        assertThat(context.duplicates()).isEqualTo(1);
        assertThat(context.tooLong()).isEqualTo(1);
        assertThat(context.tokens()).isLessThanOrEqualTo(40);
        assertThat(context.text()).startsWith("[1] a\nThe river").endsWith("[2] d Head\nAnother text.");
    }
}
