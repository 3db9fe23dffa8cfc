package dev.juxta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.juxta.text.TokenizedText;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;

/** Tokens, vectors and similarities are those of sentence-transformers' MultiVectorEncoder. */
class LateInteractionGoldenTest {

    private static final float TOLERANCE = 1e-4f;

    static final List<String> CHECKPOINTS = Goldens.LATE_INTERACTION;

    private static LateInteraction load(String name) throws IOException {
        return LateInteraction.load(Goldens.folder(name), LoadOptions.defaults().withEngine("reference"));
    }

    private static List<JsonNode> goldens(String name, TextRole role) {
        return Goldens.lines(name, "golden.jsonl").stream()
                .filter(node -> node.get("as").stringValue().equals(role.toString()))
                .toList();
    }

    private static List<String> texts(List<JsonNode> goldens) {
        return goldens.stream().map(node -> Goldens.text(node.get("text"))).toList();
    }

    @ParameterizedTest
    @FieldSource("CHECKPOINTS")
    void tokensAreTheReferences(String name) throws IOException {
        try (LateInteraction model = load(name)) {
            for (TextRole role : TextRole.values()) {
                List<JsonNode> goldens = goldens(name, role);
                assertThat(goldens).hasSizeGreaterThan(5);
                List<TokenizedText> tokens = model.tokenize(texts(goldens), EmbedOptions.as(role));
                for (int i = 0; i < goldens.size(); i++) {
                    JsonNode golden = goldens.get(i);
                    TokenizedText text = tokens.get(i);
                    assertThat(text.ids())
                            .as("%s %s", role, golden.get("text"))
                            .isEqualTo(Goldens.integers(golden.get("ids")));
                    assertThat(text.attended()).isEqualTo(golden.get("attended").intValue());
                    int length = golden.get("length").intValue();
                    assertThat(text.truncated()).isEqualTo(Math.max(0, length - text.length()));
                }
            }
        }
    }

    @ParameterizedTest
    @FieldSource("CHECKPOINTS")
    void vectorsAreTheReferences(String name) throws IOException {
        try (LateInteraction model = load(name)) {
            for (TextRole role : TextRole.values()) {
                List<JsonNode> goldens = goldens(name, role);
                List<TokenVectors> found = model.embed(texts(goldens), EmbedOptions.as(role));
                for (int i = 0; i < goldens.size(); i++) {
                    JsonNode rows = goldens.get(i).get("vectors");
                    assertThat(found.get(i).vectors()).as(role.toString()).hasNumberOfRows(rows.size());
                    assertThat(found.get(i).ids()).hasSize(rows.size());
                    for (int row = 0; row < rows.size(); row++) {
                        assertThat(found.get(i).vectors()[row])
                                .as("%s %s, row %d", role, goldens.get(i).get("text"), row)
                                .usingComparatorWithPrecision(TOLERANCE)
                                .containsExactly(Goldens.floats(rows.get(row)));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @FieldSource("CHECKPOINTS")
    void similaritiesAreTheReferences(String name) throws IOException {
        List<JsonNode> goldens = Goldens.lines(name, "pairs.jsonl");
        List<TextPair> pairs = goldens.stream()
                .map(node -> new TextPair(Goldens.text(node.get("a")), Goldens.text(node.get("b"))))
                .toList();
        try (LateInteraction model = load(name)) {
            List<Score> scores = model.score(pairs);
            for (int i = 0; i < pairs.size(); i++) {
                float expected = goldens.get(i).get("similarity").floatValue();
                assertThat(scores.get(i).logit()).isCloseTo(expected, within(TOLERANCE * Math.max(1, expected)));
                assertThat(model.score(List.of(pairs.get(i)))).containsExactly(scores.get(i));
            }
        }
    }

    @ParameterizedTest
    @FieldSource("CHECKPOINTS")
    void resolvesAsTheReference(String name) throws IOException {
        JsonNode expected = Goldens.expected(name);
        try (LateInteraction model = load(name)) {
            assertThat(model.dimensions()).isEqualTo(expected.get("dimensions").intValue());
            assertThat(model.info().labels())
                    .containsExactly(expected.get("similarity").stringValue());
        }
    }

    @Test
    void whatIsSkippedHasNoVector() throws IOException {
        try (LateInteraction model = load("colbert-stanford")) {
            String text = "the city , the river .";
            TokenVectors document = model.embed(List.of(text), EmbedOptions.as(TextRole.DOCUMENT))
                    .get(0);
            assertThat(document.vectors().length).isEqualTo(document.tokens() - 2);
            TokenVectors query =
                    model.embed(List.of(text), EmbedOptions.as(TextRole.QUERY)).get(0);
            assertThat(query.vectors().length).isEqualTo(query.tokens()).isEqualTo(20);
        }
    }

    @Test
    void maxSimTakesTheBestMatchOfEachQueryToken() {
        float[][] query = {{1, 0}, {0, 1}};
        float[][] document = {{0.5f, 0.25f}, {-1, 0.75f}, {0.25f, -1}};
        assertThat(TokenVectors.maxSim(query, document)).isEqualTo(1.25f);
        assertThatThrownBy(() -> TokenVectors.maxSim(query, new float[][] {{1}}))
                .hasMessage("Vectors of 2 and 1 dimensions cannot be compared");
        assertThatThrownBy(() -> TokenVectors.maxSim(query, new float[0][])).hasMessageContaining("without vectors");
    }

    @Test
    void refusesWhatIsNoLateInteraction() {
        assertThatThrownBy(() -> load("embedder-mean"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is no late-interaction model");
        assertThatThrownBy(() -> BiEncoder.load(Goldens.folder("colbert-pylate")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is a ColBERT");
    }

    @Test
    void refusesFewerDimensions() throws IOException {
        try (LateInteraction model = load("colbert-saved")) {
            EmbedOptions options = EmbedOptions.defaults().withDimensions(4);
            assertThatThrownBy(() -> model.embed(List.of("a"), options)).hasMessageContaining("leave dimensions away");
        }
    }
}
