package dev.juxta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What a cross-encoder does with pairs that are longer than it reads. */
@TestInstance(Lifecycle.PER_CLASS)
class LongInputTest {

    private static final String ONE_LABEL = "bert-tiny-1label"; // reads 64 tokens
    private static final String QUERY = "how many people live in the city";
    private static final TextPair LONG = new TextPair("what is it", "word ".repeat(200));

    private CrossEncoder model;

    @BeforeAll
    void load() throws IOException {
        model = CrossEncoder.load(Goldens.folder(ONE_LABEL));
    }

    @AfterAll
    void close() {
        model.close();
    }

    @Test
    void truncationIsReported() {
        Score score = model.score(List.of(LONG)).get(0);
        assertThat(score.tokens()).isEqualTo(64);
        assertThat(score.truncated()).isGreaterThan(100);
        assertThat(model.score(List.of(new TextPair("a", "b"))).get(0).truncated())
                .isZero();
    }

    @Test
    void failRefusesALongPairAndNamesIt() {
        ScoreOptions fail = ScoreOptions.defaults().withOnLong(LongInput.FAIL);
        List<TextPair> pairs = List.of(new TextPair("a", "b"), LONG);
        assertThatThrownBy(() -> model.score(pairs, fail))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Pair 1")
                .hasMessageContaining("64");
    }

    @Test
    void chunkScoresEveryPartAndReturnsTheBestSpan() {
        String needle = "the people of the city";
        String text = "word ".repeat(150) + needle + " word".repeat(150);
        ScoreOptions chunk = ScoreOptions.defaults().withOnLong(LongInput.CHUNK);
        Score best = model.score(List.of(new TextPair(QUERY, text)), chunk).get(0);
        Score.Span span = best.span().orElseThrow();
        assertThat(span.begin()).isBetween(0, span.end());
        assertThat(span.end()).isLessThanOrEqualTo(text.length());
        assertThat(best.truncated()).isZero();
        // the span scored alone is the window's score
        Score alone = model.score(List.of(new TextPair(QUERY, text.substring(span.begin(), span.end()))))
                .get(0);
        assertThat(alone.logit()).isEqualTo(best.logit());
        // the first window is what truncation leaves
        Score beginning = model.score(List.of(new TextPair(QUERY, text))).get(0);
        assertThat(best.logit()).isGreaterThan(beginning.logit());
        assertThat(text.substring(span.begin(), span.end())).contains("people");
        Score whole = model.score(List.of(new TextPair("a", "short")), chunk).get(0);
        assertThat(whole.span()).contains(new Score.Span(0, 5));
    }

    @Test
    void chunkCountsTheSpanInChars() {
        String text = "🙂 é ".repeat(120) + "people";
        ScoreOptions chunk = ScoreOptions.defaults().withOnLong(LongInput.CHUNK);
        Score best = model.score(List.of(new TextPair("people", text)), chunk).get(0);
        Score.Span span = best.span().orElseThrow();
        String part = text.substring(span.begin(), span.end());
        assertThat(Character.isLowSurrogate(part.charAt(0))).isFalse();
        assertThat(model.score(List.of(new TextPair("people", part))).get(0).logit())
                .isEqualTo(best.logit());
    }

    @Test
    void aLongFirstTextIsCutToHalfUnderChunkAndReported() {
        ScoreOptions chunk = ScoreOptions.defaults().withOnLong(LongInput.CHUNK);
        Score score = model.score(List.of(new TextPair("word ".repeat(100), "city ".repeat(100))), chunk)
                .get(0);
        assertThat(score.truncated()).isGreaterThan(0);
        assertThat(score.tokens()).isLessThanOrEqualTo(64);
    }

    @Test
    void theMaximumLengthIsNeverMoreThanThereArePositions() throws IOException {
        LoadOptions shorter = LoadOptions.defaults().withMaxLength(20);
        try (CrossEncoder cut = CrossEncoder.load(Goldens.folder(ONE_LABEL), shorter)) {
            assertThat(cut.info().maxLength()).isEqualTo(20);
            assertThat(cut.score(List.of(LONG)).get(0).tokens()).isEqualTo(20);
        }
        LoadOptions longer = LoadOptions.defaults().withMaxLength(1000);
        try (CrossEncoder capped = CrossEncoder.load(Goldens.folder(ONE_LABEL), longer)) {
            assertThat(capped.info().maxLength()).isEqualTo(64);
            assertThat(capped.info().maxLengthSource()).contains("1000");
        }
        LoadOptions tooShort = LoadOptions.defaults().withMaxLength(4);
        assertThatThrownBy(() -> CrossEncoder.load(Goldens.folder(ONE_LABEL), tooShort))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4")
                .hasMessageContaining("5");
    }
}
