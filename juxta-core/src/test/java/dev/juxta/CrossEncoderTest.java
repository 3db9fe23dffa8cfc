package dev.juxta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.juxta.model.OutputActivation;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Every line of the API's contract. */
@TestInstance(Lifecycle.PER_CLASS)
class CrossEncoderTest {

    private static final String ONE_LABEL = "bert-tiny-1label"; // reads 64 tokens
    private static final String THREE_LABELS = "bert-3labels";
    private static final String WITH_PROMPTS = "bert-saved-6.2";
    private static final String QUERY = "how many people live in the city";

    private CrossEncoder model;
    private final List<String> documents = new ArrayList<>();

    @BeforeAll
    void load() throws IOException {
        model = CrossEncoder.load(Goldens.folder(ONE_LABEL));
        for (int i = 0; i < 40; i++) {
            documents.add("the city has " + i * 37 + " people and " + "parks ".repeat(i % 5));
        }
    }

    @AfterAll
    void close() {
        model.close();
    }

    private static TextPair longPair() {
        return new TextPair("what is it", "word ".repeat(200));
    }

    @Test
    void scoreKeepsTheOrderOfThePairs() {
        List<TextPair> pairs =
                documents.stream().map(d -> new TextPair(QUERY, d)).toList();
        List<TextPair> reversed = new ArrayList<>(pairs);
        Collections.reverse(reversed);
        List<Score> scores = new ArrayList<>(model.score(pairs));
        Collections.reverse(scores);
        assertThat(model.score(reversed)).isEqualTo(scores);
    }

    @Test
    void pairsThatAreReadAheadScoreTheSameInAnyCompany() throws IOException {
        List<TextPair> pairs = new ArrayList<>(
                documents.stream().map(d -> new TextPair(QUERY, d)).toList());
        pairs.add(longPair());
        for (LongInput onLong : List.of(LongInput.TRUNCATE, LongInput.CHUNK)) {
            ScoreOptions options = ScoreOptions.defaults().withOnLong(onLong);
            PairReader reader = model.reader(options);
            List<ReadPair> read = new ArrayList<>(reader.read(pairs.subList(0, 7)));
            read.addAll(reader.read(pairs.subList(7, pairs.size())));
            List<Score> whole = model.score(pairs, options);
            Collections.reverse(read);
            List<Score> scores = new ArrayList<>(model.scoreRead(read));
            Collections.reverse(scores);
            assertThat(scores).isEqualTo(whole);
            assertThat(read.get(0).tokens()).isGreaterThanOrEqualTo(64);
            assertThat(read.get(0).truncated())
                    .isEqualTo(whole.get(whole.size() - 1).truncated());
        }
        ScoreOptions short8 = ScoreOptions.defaults().withOnLong(LongInput.FAIL).withMaxLength(8);
        PairReader strict = model.reader(short8);
        strict.read(List.of(new TextPair("a", "b")));
        assertThatThrownBy(() -> strict.read(List.of(new TextPair("a", "b"), longPair())))
                .isInstanceOf(TooLongException.class)
                .hasMessageContaining("Pair 2")
                .hasMessageContaining("reads 8");
        assertThatThrownBy(() -> model.reader(short8.withMaxLength(65))).hasMessageContaining("65");
        assertThatThrownBy(() -> model.require(short8.withMaxLength(4))).hasMessageContaining("room for texts");
        assertThat(model.score(List.of(longPair()), ScoreOptions.defaults().withMaxLength(9)))
                .allMatch(score -> score.tokens() == 9);
        try (CrossEncoder other = CrossEncoder.load(Goldens.folder(ONE_LABEL))) {
            List<ReadPair> foreign = other.reader(ScoreOptions.defaults()).read(pairs);
            assertThatThrownBy(() -> model.scoreRead(foreign)).hasMessageContaining("another model");
        }
    }

    @Test
    void nothingInNothingOut() {
        assertThat(model.score(List.of())).isEmpty();
        assertThat(model.rank(QUERY, List.of())).isEmpty();
    }

    @Test
    void aScoreCarriesTheLogitAndTheActivatedValue() {
        Score score = model.score(List.of(new TextPair("a", "b"))).get(0);
        assertThat((double) score.value()).isCloseTo(1 / (1 + Math.exp(-score.logit())), within(1e-7));
        assertThat(model.info().activation()).isEqualTo(OutputActivation.SIGMOID);
        assertThat(model.info().activationSource()).contains("default");
    }

    @Test
    void anActivationGivenAtLoadWins() throws IOException {
        LoadOptions options = LoadOptions.defaults().withActivation(OutputActivation.IDENTITY);
        try (CrossEncoder raw = CrossEncoder.load(Goldens.folder(ONE_LABEL), options)) {
            Score score = raw.score(List.of(new TextPair("a", "b"))).get(0);
            assertThat(score.value()).isEqualTo(score.logit());
            assertThat(raw.info().activationSource()).isEqualTo("argument");
        }
    }

    @Test
    void rankSortsByLogitAndTiesByIndex() {
        List<String> withTies = List.of("x", "the city", "x", "the city", "x");
        Ranking ranking = model.rank(QUERY, withTies);
        for (int i = 1; i < ranking.size(); i++) {
            Ranked better = ranking.get(i - 1);
            Ranked worse = ranking.get(i);
            assertThat(better.score().logit())
                    .isGreaterThanOrEqualTo(worse.score().logit());
            if (better.score().logit() == worse.score().logit()) {
                assertThat(better.index()).isLessThan(worse.index());
            }
            assertThat(worse.rank()).isEqualTo(i + 1);
        }
        assertThat(ranking).hasSize(5);
    }

    @Test
    void topKAndMinimumScoreCut() {
        Ranking all = model.rank(QUERY, documents);
        assertThat(model.rank(QUERY, documents, RankOptions.topK(3))).isEqualTo(all.subList(0, 3));
        assertThat(model.rank(QUERY, documents, RankOptions.topK(1000))).hasSameSizeAs(documents);
        double threshold = all.get(10).score().value();
        Ranking above = model.rank(QUERY, documents, RankOptions.defaults().withMinScore(threshold));
        assertThat(above).allMatch(ranked -> ranked.score().value() >= threshold);
        assertThat(above.size()).isBetween(11, 39);
        assertThatThrownBy(() -> RankOptions.topK(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0");
    }

    @Test
    void documentsAreReturnedOnlyWhenAskedFor() {
        assertThat(model.rank(QUERY, documents).get(0).document()).isPresent();
        RankOptions without = RankOptions.defaults().withReturnDocuments(false);
        assertThat(model.rank(QUERY, documents, without))
                .allMatch(ranked -> ranked.document().isEmpty());
    }

    @Test
    void aRankingCannotBeChanged() {
        Ranking ranking = model.rank(QUERY, documents);
        assertThatThrownBy(() -> ranking.remove(0)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void classifyGivesEveryLabelItsProbability() throws IOException {
        try (CrossEncoder nli = CrossEncoder.load(Goldens.folder(THREE_LABELS))) {
            Classification found = nli.classify(List.of(new TextPair("a man eats", "a man sleeps")))
                    .get(0);
            assertThat(found.classes()).hasSize(3);
            assertThat(found.classes().stream()
                            .mapToDouble(c -> c.probability())
                            .sum())
                    .isCloseTo(1, within(1e-6));
            assertThat(found.classes()).isSortedAccordingTo((a, b) -> Double.compare(b.probability(), a.probability()));
            assertThat(found.score().label()).contains(found.label());
            assertThat(nli.info().labels()).contains(found.label());
        }
    }

    @Test
    void whatAModelCannotDoIsSaid() throws IOException {
        assertThatThrownBy(() -> model.classify(List.of(new TextPair("a", "b"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("one label");
        try (CrossEncoder nli = CrossEncoder.load(Goldens.folder(THREE_LABELS))) {
            assertThatThrownBy(() -> nli.rank("a", List.of("b")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("3 labels")
                    .hasMessageContaining("classify");
            ScoreOptions chunk = ScoreOptions.defaults().withOnLong(LongInput.CHUNK);
            assertThatThrownBy(() -> nli.score(List.of(new TextPair("a", "b")), chunk))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("chunk");
            Score score = nli.score(List.of(new TextPair("a", "b"))).get(0);
            assertThatThrownBy(score::logit).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void promptsGoBeforeTheFirstText() throws IOException {
        try (CrossEncoder prompted = CrossEncoder.load(Goldens.folder(WITH_PROMPTS))) {
            List<TextPair> plain = List.of(new TextPair("a city", "people"));
            List<TextPair> written = List.of(new TextPair("Search the web: a city", "people"));
            ScoreOptions none = ScoreOptions.defaults().withPrompt(Prompt.none());
            assertThat(prompted.score(plain)).isEqualTo(prompted.score(written, none));
            ScoreOptions text = ScoreOptions.defaults().withPrompt(Prompt.text("Search the web: "));
            assertThat(prompted.score(plain, text)).isEqualTo(prompted.score(plain));
            ScoreOptions named = ScoreOptions.defaults().withPrompt(Prompt.named("faq"));
            assertThat(prompted.score(plain, named)).isNotEqualTo(prompted.score(plain));
            ScoreOptions unknown = ScoreOptions.defaults().withPrompt(Prompt.named("nope"));
            assertThatThrownBy(() -> prompted.score(plain, unknown))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("nope")
                    .hasMessageContaining("faq");
        }
    }

    @Test
    void scanningACorpusIsRefusedUntilTheLimitIsRaised() {
        List<String> corpus = Collections.nCopies(RankOptions.DEFAULT_MAX_CANDIDATES + 1, "a");
        assertThatThrownBy(() -> model.rank(QUERY, corpus))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10001")
                .hasMessageContaining("maxCandidates");
        RankOptions raised = RankOptions.topK(1).withMaxCandidates(corpus.size());
        assertThat(model.rank(QUERY, corpus, raised)).hasSize(1);
    }

    @Test
    void aBudgetReturnsWhatWasScoredAndSaysWhatWasLeft() {
        List<String> many = Collections.nCopies(5000, "the city has many people");
        Ranking ranking = model.rank(QUERY, many, RankOptions.budget(Duration.ofMillis(20)));
        assertThat(ranking.unscored()).isBetween(1, 4992);
        assertThat(ranking.size() + ranking.unscored()).isEqualTo(5000);
        assertThat(ranking.candidates()).isEqualTo(5000);
        assertThat(ranking).allMatch(ranked -> ranked.index() < 5000 - ranking.unscored());
        assertThat(model.rank(QUERY, documents, RankOptions.budget(Duration.ofMinutes(10)))
                        .unscored())
                .isZero();
        assertThatThrownBy(() -> RankOptions.budget(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void progressIsToldAsPairsAreScored() {
        List<Integer> told = new ArrayList<>();
        model.score(
                documents.stream().map(d -> new TextPair(QUERY, d)).toList(),
                ScoreOptions.defaults().withProgress(told::add));
        assertThat(told).isSorted().endsWith(documents.size());
    }

    @Test
    void useAfterCloseIsAnErrorThatSaysSo() throws IOException {
        CrossEncoder closed = CrossEncoder.load(Goldens.folder(ONE_LABEL));
        closed.close();
        closed.close();
        assertThatThrownBy(() -> closed.score(List.of(new TextPair("a", "b"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> closed.tokenize(List.of(new TextPair("a", "b")), Prompt.none()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closeWaitsForTheCallsUnderWay() throws Exception {
        CrossEncoder shared = CrossEncoder.load(Goldens.folder(ONE_LABEL));
        List<TextPair> pairs = Collections.nCopies(2000, new TextPair(QUERY, "the city has many people"));
        ExecutorService callers = Executors.newFixedThreadPool(2);
        try {
            CountDownLatch begun = new CountDownLatch(1);
            Future<List<Score>> call = callers.submit(
                    () -> shared.score(pairs, ScoreOptions.defaults().withProgress(n -> begun.countDown())));
            begun.await();
            shared.close();
            assertThat(call.get()).hasSize(2000);
        } finally {
            callers.shutdown();
        }
    }

    @Test
    void loneSurrogatesAreReadAsReplacementCharacters() {
        List<Score> lone = model.score(List.of(new TextPair("a \ud83d b", "\ude00")));
        List<Score> replaced = model.score(List.of(new TextPair("a \ufffd b", "\ufffd")));
        assertThat(lone).isEqualTo(replaced);
    }

    @Test
    void anyScorerRanks() {
        Scorer lengths = new Scorer() {
            @Override
            public List<Score> score(List<TextPair> pairs, ScoreOptions options) {
                return pairs.stream()
                        .map(pair -> Score.of(pair.second().length(), 0, 1, 0))
                        .toList();
            }

            @Override
            public void close() {
                // nothing is open
            }
        };
        assertThat(lengths.rank("q", List.of("a", "ccc", "bb")).stream().map(Ranked::index))
                .containsExactly(1, 2, 0);
        lengths.close();
    }

    @Test
    void aNumberThatIsNoneIsNeverAScore() {
        assertThatThrownBy(() -> Score.of(Float.NaN, 0, 1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Score.of(Float.POSITIVE_INFINITY, 0, 1, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
