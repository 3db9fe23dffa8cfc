package dev.juxta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FastCascadeTest {

    private static final String FAST = "embedded-fast";
    private static final String QUERY = "How many people live in Berlin?";
    private static final List<String> DOCUMENTS = IntStream.range(0, 30)
            .mapToObj(i -> i == 17
                    ? "Berlin has a population of 3,520,031 registered inhabitants."
                    : "Room " + i + " of the museum shows " + (i * 7 + 3) + " paintings of the Berlin Secession.")
            .toList();

    @Test
    void theDefaultModelScoresTheBestOfTheLightOne() throws IOException {
        try (ScoringModel fast = ScoringModel.load(FAST, LoadOptions.defaults());
                CrossEncoder light = CrossEncoder.load(FAST);
                CrossEncoder full = CrossEncoder.embedded()) {
            Ranking ranking = fast.rank(QUERY, DOCUMENTS);
            assertThat(ranking).hasSize(DOCUMENTS.size());
            assertThat(ranking.get(0).index()).isEqualTo(17);
            List<Integer> chosen = light.rank(QUERY, DOCUMENTS).stream()
                    .limit(8)
                    .map(Ranked::index)
                    .toList();
            assertThat(ranking.stream().limit(8).map(Ranked::index)).containsExactlyInAnyOrderElementsOf(chosen);
            for (Ranked ranked : ranking.subList(0, 8)) {
                Score alone = full.score(List.of(new TextPair(QUERY, DOCUMENTS.get(ranked.index()))))
                        .get(0);
                assertThat(ranked.score().logit()).isCloseTo(alone.logit(), within(1e-4f));
            }
            assertThat(fast.info()).isEqualTo(full.info());
            assertThat(fast.tokens(QUERY)).isEqualTo(full.tokens(QUERY));
        }
    }

    @Test
    void theLightOneSharesItsWords() throws IOException {
        try (CrossEncoder light = CrossEncoder.load(FAST);
                CrossEncoder full = CrossEncoder.embedded()) {
            assertThat(light.info().shape().layers())
                    .isLessThan(full.info().shape().layers());
            assertThat(light.info().shape().vocabulary())
                    .isEqualTo(full.info().shape().vocabulary());
            assertThat(light.info().calibrated()).isTrue();
        }
    }

    @Test
    void closesBoth() throws IOException {
        ScoringModel fast = ScoringModel.load(FAST, LoadOptions.defaults());
        fast.close();
        assertThatThrownBy(() -> fast.rank(QUERY, DOCUMENTS)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> fast.tokens(QUERY)).isInstanceOf(IllegalStateException.class);
    }
}
