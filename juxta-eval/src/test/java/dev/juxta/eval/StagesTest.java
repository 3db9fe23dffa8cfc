package dev.juxta.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.juxta.Hit;
import dev.juxta.Retriever;
import dev.juxta.Score;
import dev.juxta.ScoreOptions;
import dev.juxta.Scorer;
import dev.juxta.TextPair;
import dev.juxta.eval.Reranking.AtDepth;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Both stages on made-up ones: the retriever finds texts of x, the scorer prefers long texts. */
class StagesTest {

    private static final Retriever RETRIEVER = new Retriever() {
        @Override
        public List<Hit> retrieve(String query, int limit) {
            List<Hit> hits = new ArrayList<>();
            for (int i = 1; i <= Math.min(limit, 4); i++) {
                hits.add(new Hit(query + i, 10 - i, "x".repeat(i)));
            }
            return hits;
        }

        @Override
        public void close() {
            // holds nothing
        }
    };

    private static final Scorer LONGEST = new Scorer() {
        @Override
        public List<Score> score(List<TextPair> pairs, ScoreOptions options) {
            options.progress().accept(pairs.size());
            return pairs.stream()
                    .map(pair ->
                            Score.of(pair.second().length(), 0, 3, pair.second().length() > 3 ? 1 : 0))
                    .toList();
        }

        @Override
        public void close() {
            // holds nothing
        }
    };

    @Test
    void everyDepthRanksWhatItRead() throws IOException {
        Retrieval found = Retrieval.of(
                RETRIEVER, Map.of("q", "a"), 4, asked -> assertThat(asked).isEqualTo(1));
        assertThat(found.run().ranked("q")).containsExactly("a1", "a2", "a3", "a4");
        List<Integer> told = new ArrayList<>();
        Reranking reranked = Reranking.of(
                LONGEST,
                found.queries(),
                List.of(1, 3, 100),
                ScoreOptions.defaults().withProgress(told::add));
        assertThat(reranked.depths().stream().map(depth -> depth.run().ranked("q")))
                .containsExactly(List.of("a1"), List.of("a3", "a2", "a1"), List.of("a4", "a3", "a2", "a1"));
        assertThat(reranked.run().of("q")).contains(entry("a4", 4.0));
        assertThat(told).containsExactly(1, 3, 4);
        assertThat(reranked.pairs()).isEqualTo(4);
        assertThat(reranked.truncated()).isEqualTo(1);
        List<Double> millis =
                reranked.depths().stream().map(AtDepth::meanMillis).toList();
        assertThat(millis).isSorted();
    }

    @Test
    void depthsRise() {
        for (List<Integer> depths : List.of(List.<Integer>of(), List.of(0), List.of(2, 2))) {
            assertThatThrownBy(() -> Reranking.of(LONGEST, List.of(), depths, ScoreOptions.defaults()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
