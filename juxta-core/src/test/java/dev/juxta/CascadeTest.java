package dev.juxta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CascadeTest {

    /** Scores by a rule, and keeps what it was asked. */
    private static final class Ruled implements Scorer {
        private final ToDoubleFunction<TextPair> rule;
        private final List<TextPair> asked = new ArrayList<>();

        Ruled(ToDoubleFunction<TextPair> rule) {
            this.rule = rule;
        }

        @Override
        public List<Score> score(List<TextPair> pairs, ScoreOptions options) {
            asked.addAll(pairs);
            List<Score> scores = new ArrayList<>();
            for (TextPair pair : pairs) {
                float logit = (float) rule.applyAsDouble(pair);
                scores.add(Score.of(logit, logit, pair.second().length(), 0));
                options.progress().accept(scores.size());
            }
            return scores;
        }

        @Override
        public void close() {}
    }

    private final Ruled length = new Ruled(pair -> pair.second().length());
    private final Ruled vowels =
            new Ruled(pair -> -pair.second().replaceAll("[^aeiou]", "").length());

    @Test
    void theBestOfTheCheapOneAreRankedByTheDearOne() {
        Scorer cascade = new Cascade(length, vowels, new Cascade.Keep(0.5, 1));
        List<String> documents = List.of("a", "bcd", "eaoui", "bcaa");
        assertThat(cascade.rank("q", documents)).extracting(Ranked::index).containsExactly(3, 2, 1, 0);
        assertThat(vowels.asked).extracting(TextPair::second).containsExactly("eaoui", "bcaa");
    }

    @Test
    void whatWasDroppedIsNeverAboveWhatWasKept() {
        Scorer cascade = new Cascade(length, vowels, new Cascade.Keep(0.5, 1));
        List<Score> scores = cascade.score(List.of(
                new TextPair("q", "eaoui"),
                new TextPair("q", "bcd"),
                new TextPair("q", "ea"),
                new TextPair("q", "eae")));
        float below = Math.nextDown(-5f);
        assertThat(scores)
                .extracting(Score::logit)
                .containsExactly(-5f, 0f, Math.nextDown(below), below); // "ea" was the worst of the cheap one
        assertThat(scores).extracting(Score::value).containsExactly(-5f, 0f, -5f, -5f);
        assertThat(scores).extracting(Score::tokens).containsExactly(5, 3, 2, 3);
    }

    @Test
    void everyQueryKeepsItsOwnBest() {
        Scorer cascade = new Cascade(length, vowels, new Cascade.Keep(0.1, 1));
        cascade.score(List.of(
                new TextPair("one", "aa"),
                new TextPair("two", "a"),
                new TextPair("one", "aaa"),
                new TextPair("two", "")));
        assertThat(vowels.asked).containsExactly(new TextPair("one", "aaa"), new TextPair("two", "a"));
    }

    @Test
    void keepsAtLeastSoManyAndNoMoreThanThereAre() {
        Scorer cascade = new Cascade(length, vowels, new Cascade.Keep(0.01, 8));
        assertThat(cascade.rank("q", List.of("aaa", "b")))
                .extracting(Ranked::index)
                .containsExactly(1, 0);
        assertThat(vowels.asked).hasSize(2);
        assertThat(length.asked).isEmpty(); // nothing to choose
        assertThat(cascade.rank("q", List.of())).isEmpty();
        assertThatThrownBy(() -> new Cascade.Keep(0, 1)).hasMessageContaining("not 0.0");
        assertThatThrownBy(() -> new Cascade.Keep(Double.NaN, 1)).hasMessageContaining("not NaN");
        assertThatThrownBy(() -> new Cascade.Keep(1, 0)).hasMessageContaining("not 0");
    }

    @Test
    void tellsOfBothPassesAsOfOne() {
        List<Integer> told = new ArrayList<>();
        new Cascade(length, vowels, new Cascade.Keep(0.5, 1))
                .score(
                        List.of(new TextPair("q", "a"), new TextPair("q", "b")),
                        ScoreOptions.defaults().withProgress(told::add));
        assertThat(told).containsExactly(0, 1, 2);
    }

    /** Whatever the scores, the order is the dear one's over what it saw, then the cheap one's. */
    @Property
    void theOrderIsTheDearOnesThenTheCheapOnes(
            @ForAll @IntRange(min = 1, max = 40) int documents,
            @ForAll @IntRange(min = 1, max = 10) int least,
            @ForAll long seed) {
        Random random = new Random(seed);
        float[] cheapScores = new float[documents];
        float[] dearScores = new float[documents];
        for (int i = 0; i < documents; i++) {
            cheapScores[i] = i + random.nextFloat() / 2; // none equal
            dearScores[i] = random.nextFloat() * 100 - 50;
        }
        Ruled cheap = new Ruled(pair -> cheapScores[Integer.parseInt(pair.second())]);
        Ruled dear = new Ruled(pair -> dearScores[Integer.parseInt(pair.second())]);
        List<String> texts =
                IntStream.range(0, documents).mapToObj(Integer::toString).toList();
        List<Integer> order = new Cascade(cheap, dear, new Cascade.Keep(0.2, least))
                .rank("q", texts, RankOptions.defaults()).stream()
                        .map(Ranked::index)
                        .toList();
        int kept = dear.asked.size();
        assertThat(kept).isEqualTo(Math.min(documents, Math.max(least, (documents + 4) / 5)));
        assertThat(new HashSet<>(order)).hasSize(documents);
        assertThat(order.subList(0, kept)).allMatch(i -> i >= documents - kept);
        for (int i = 1; i < kept; i++) {
            assertThat(dearScores[order.get(i - 1)]).isGreaterThanOrEqualTo(dearScores[order.get(i)]);
        }
        assertThat(order.subList(kept, documents)).isSortedAccordingTo(Comparator.reverseOrder());
    }
}
