package dev.juxta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.juxta.Occlusion.Part;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What parts of a document weigh. */
class OcclusionTest {

    private static final Score WHOLE = Score.of(2, 2, 10, 0);

    private static List<String> texts(Occlusion occlusion, String text) {
        List<Score> without =
                occlusion.pairs().stream().map(pair -> Score.of(1, 1, 10, 0)).toList();
        return occlusion.parts(WHOLE, without).stream()
                .map(part -> text.substring(part.span().begin(), part.span().end()))
                .toList();
    }

    @Test
    void partsAreSentences() {
        String text = " One sentence.  Another one? \n\n Third!";
        Occlusion occlusion = Occlusion.of(new TextPair("q", text), WHOLE);
        assertThat(texts(occlusion, text)).containsExactly("One sentence.", "Another one?", "Third!");
        assertThat(occlusion.pairs().get(1)).isEqualTo(new TextPair("q", " One sentence.   \n\n Third!"));
        assertThatThrownBy(() -> occlusion.parts(WHOLE, List.of())).hasMessageContaining("0 scores for 3 parts");
    }

    @Test
    void manySentencesGoTogetherAndASingleOneIsTakenApart() {
        String many = IntStream.range(0, 100).mapToObj(i -> "Number " + i + ".").collect(Collectors.joining(" "));
        Occlusion occlusion = Occlusion.of(new TextPair("q", many), WHOLE);
        assertThat(texts(occlusion, many)).hasSize(Occlusion.MOST_PARTS);
        assertThat(String.join(" ", texts(occlusion, many))).isEqualTo(many);
        String one = "a b c d e f g h i j k l m n o p";
        assertThat(texts(Occlusion.of(new TextPair("q", one), WHOLE), one))
                .hasSize(8)
                .startsWith("a b", "c d");
        assertThat(Occlusion.of(new TextPair("q", " "), WHOLE).pairs()).isEmpty();
    }

    /** Only what was read is left out, so nothing slides in from what was cut off. */
    @Test
    void whatWasNotReadHasNoParts() throws IOException {
        String text = "Berlin has three million people. " + "The city is old. ".repeat(40);
        try (CrossEncoder model = CrossEncoder.load(Goldens.folder("bert-tiny-1label"))) {
            TextPair pair = new TextPair("How many people live in Berlin?", text);
            Score score = model.score(List.of(pair)).get(0);
            Score.Span read = score.span().orElseThrow();
            assertThat(read.begin()).isZero();
            assertThat(read.end()).isBetween(100, text.length() - 100);
            // what was read, alone, is the same pair
            TextPair shorter = new TextPair(pair.first(), text.substring(0, read.end()));
            Score alone = model.score(List.of(shorter)).get(0);
            assertThat(alone.logit()).isEqualTo(score.logit());
            assertThat(alone.truncated()).isZero();
            assertThat(alone.span()).isEmpty();
            Occlusion occlusion = Occlusion.of(pair, score);
            List<Part> parts = occlusion.parts(score, model.score(occlusion.pairs()));
            assertThat(parts).hasSizeGreaterThan(3).allMatch(part -> part.span().end() <= read.end());
            float least = model.score(List.of(new TextPair(
                            pair.first(), text.substring(parts.get(0).span().end(), read.end()))))
                    .get(0)
                    .logit();
            assertThat(parts.get(0).weight()).isEqualTo(score.logit() - least);
        }
    }

    @Property(tries = 200)
    void partsAreInOrderAndWithinTheText(@ForAll String text) {
        Occlusion occlusion = Occlusion.of(new TextPair("q", text), WHOLE);
        List<Score> without =
                occlusion.pairs().stream().map(pair -> Score.of(1, 1, 10, 0)).toList();
        int last = 0;
        for (Part part : occlusion.parts(WHOLE, without)) {
            assertThat(part.span().begin()).isBetween(last, part.span().end() - 1);
            last = part.span().end();
        }
        assertThat(last).isLessThanOrEqualTo(text.length());
        assertThat(text.isBlank()).isEqualTo(without.isEmpty());
    }
}
