package dev.juxta.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.juxta.Hit;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class Bm25Test {

    private static final List<Passage> PASSAGES = List.of(
            Passage.document("a", "", "the cat sat on the mat"),
            Passage.document("b", "Dogs", "a dog chased two cats, cats and cats"),
            Passage.document("c", "", "nothing of the kind"),
            Passage.document("d", "", "a kind of nothing"));

    private static Bm25 english(List<Passage> passages) throws IOException {
        return Bm25.of(passages, Bm25Options.of(Language.EN));
    }

    private static List<String> ids(List<Hit> hits) {
        return hits.stream().map(Hit::id).toList();
    }

    @Test
    void findsStemsAndHeadings() throws IOException {
        try (Bm25 bm25 = english(PASSAGES)) {
            assertThat(ids(bm25.retrieve("Cat?", 10))).containsExactly("b", "a");
            assertThat(ids(bm25.retrieve("dogs", 10))).containsExactly("b");
            assertThat(bm25.retrieve("dogs", 10).get(0).text()).isEqualTo("Dogs a dog chased two cats, cats and cats");
        }
    }

    @Test
    void scoresByTheFormula() throws IOException {
        try (Bm25 bm25 = english(PASSAGES)) {
            // idf · tf / (tf + k1 · (1 − b + b · length / average)); stop words have no length
            double idf = Math.log(1 + (4 - 2 + 0.5) / (2 + 0.5));
            double average = (3 + 7 + 2 + 2) / 4.0;
            double tf = 1;
            double expected = idf * tf / (tf + 0.9 * (1 - 0.4 + 0.4 * 3 / average));
            Hit a = bm25.retrieve("cat", 10).get(1);
            assertThat(a.score()).isCloseTo(expected, within(1e-5));
        }
    }

    @Test
    void equalScoresKeepTheOrderInWhichPassagesWereAdded() throws IOException {
        List<Passage> same = IntStream.range(0, 5_000)
                .mapToObj(i -> Passage.document("p" + i, "", "the same words"))
                .toList();
        try (Bm25 bm25 = english(same)) {
            assertThat(ids(bm25.retrieve("same word", 3))).containsExactly("p0", "p1", "p2");
        }
    }

    @Test
    void readsNoOperatorsAndTakesAnyText() throws IOException {
        try (Bm25 bm25 = english(PASSAGES)) {
            assertThat(ids(bm25.retrieve("+mat -cat \"sat on\"~2 (dog* OR [x TO y] AND \\", 10)))
                    .containsExactlyInAnyOrder("a", "b");
            assertThat(bm25.retrieve("", 10)).isEmpty();
            assertThat(bm25.retrieve("the of and", 10)).isEmpty();
            String words =
                    IntStream.range(0, 20_000).mapToObj(i -> "w" + i + " ").reduce("cat ", String::concat);
            assertThat(ids(bm25.retrieve(words, 10))).containsExactly("b", "a");
        }
    }

    @Test
    void saysWhatALimitMustBeAndThatItIsClosed() throws IOException {
        Bm25 bm25 = english(PASSAGES);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bm25.retrieve("cat", 0))
                .withMessage("The limit of hits must be at least 1, not 0");
        bm25.close();
        assertThatIllegalStateException().isThrownBy(() -> bm25.retrieve("cat", 1));
    }

    @Test
    void anEmptyCorpusHasNoHits() throws IOException {
        try (Bm25 bm25 = english(List.of())) {
            assertThat(bm25.retrieve("cat", 5)).isEmpty();
        }
    }

    @Test
    void parametersAreChecked() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Bm25Options(Language.EN, -1, 0.4f))
                .withMessageContaining("-1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Bm25Options(Language.EN, 1, 2))
                .withMessageContaining("2");
    }
}
