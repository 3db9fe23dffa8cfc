package dev.juxta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.juxta.text.TokenizedText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;

/** Tokens, vectors and similarities are sentence-transformers', alone and in any company. */
class EmbedderGoldenTest {

    private static final float TOLERANCE = 1e-4f;

    static final List<String> CHECKPOINTS = Goldens.EMBEDDERS;

    private static BiEncoder load(String name) throws IOException {
        return BiEncoder.load(Goldens.folder(name), LoadOptions.defaults().withEngine("reference"));
    }

    /** What the reference makes of one text. */
    private record Golden(String text, TextRole role, int[] ids, int length, float[] vector) {

        static List<Golden> read(String name) {
            return Goldens.lines(name, "golden.jsonl").stream()
                    .map(node -> new Golden(
                            Goldens.text(node.get("text")),
                            TextRole.parse(node.get("as").stringValue()),
                            Goldens.integers(node.get("ids")),
                            node.get("length").intValue(),
                            Goldens.floats(node.get("vector"))))
                    .toList();
        }
    }

    private static List<Golden> as(List<Golden> goldens, TextRole role) {
        return goldens.stream().filter(golden -> golden.role == role).toList();
    }

    private static List<String> texts(List<Golden> goldens) {
        return goldens.stream().map(Golden::text).toList();
    }

    @ParameterizedTest
    @FieldSource("CHECKPOINTS")
    void tokensAndVectorsAreTheReferences(String name) throws IOException {
        try (BiEncoder model = load(name)) {
            for (TextRole role : TextRole.values()) {
                List<Golden> goldens = as(Golden.read(name), role);
                assertThat(goldens).hasSizeGreaterThan(5);
                EmbedOptions options = EmbedOptions.as(role);
                List<TokenizedText> tokens = model.tokenize(texts(goldens), options);
                List<Embedding> embeddings = model.embed(texts(goldens), options);
                for (int i = 0; i < goldens.size(); i++) {
                    Golden golden = goldens.get(i);
                    assertThat(tokens.get(i).ids()).as(golden.text).isEqualTo(golden.ids);
                    assertThat(tokens.get(i).lengthBefore()).isEqualTo(golden.length);
                    assertThat(embeddings.get(i).tokens()).isEqualTo(golden.ids.length);
                    assertThat(embeddings.get(i).truncated()).isEqualTo(golden.length - golden.ids.length);
                    assertThat(embeddings.get(i).vector())
                            .as("%s %s", role, golden.text)
                            .usingComparatorWithPrecision(TOLERANCE)
                            .containsExactly(golden.vector);
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
        try (BiEncoder model = load(name)) {
            List<Score> scores = model.score(pairs);
            for (int i = 0; i < pairs.size(); i++) {
                float expected = goldens.get(i).get("similarity").floatValue();
                assertThat(scores.get(i).logit()).isCloseTo(expected, within(TOLERANCE * Math.max(1, expected)));
                assertThat(scores.get(i).value()).isEqualTo(scores.get(i).logit());
                assertThat(model.score(List.of(pairs.get(i)))).containsExactly(scores.get(i));
            }
        }
    }

    @ParameterizedTest
    @FieldSource("CHECKPOINTS")
    void resolvesAsTheReference(String name) throws IOException {
        JsonNode expected = Goldens.expected(name);
        try (BiEncoder model = load(name)) {
            assertThat(model.dimensions()).isEqualTo(expected.get("dimensions").intValue());
            assertThat(model.info().maxLength())
                    .isEqualTo(expected.get("max_length").intValue());
            assertThat(model.similarity().toString())
                    .isEqualTo(expected.get("similarity").stringValue());
            assertThat(model.info().labels()).containsExactly(model.similarity().toString());
        }
    }

    @ParameterizedTest
    @FieldSource("CHECKPOINTS")
    void aTextHasTheSameVectorAloneAndInAnyBatch(String name) throws IOException {
        List<String> texts = texts(as(Golden.read(name), TextRole.TEXT));
        LoadOptions oneThread =
                LoadOptions.defaults().withEngine("reference").withThreads(1).withBatchTokens(7);
        try (BiEncoder model = load(name);
                BiEncoder slow = BiEncoder.load(Goldens.folder(name), oneThread)) {
            List<Embedding> together = model.embed(texts);
            List<Embedding> otherwise = slow.embed(texts);
            for (int i = 0; i < texts.size(); i++) {
                float[] alone = model.embed(List.of(texts.get(i))).get(0).vector();
                assertThat(alone).isEqualTo(together.get(i).vector());
                assertThat(otherwise.get(i).vector()).isEqualTo(alone);
            }
        }
    }

    @Test
    void anyThreadGetsTheSame() throws Exception {
        List<String> texts = texts(Golden.read("embedder-mean"));
        ExecutorService callers = Executors.newFixedThreadPool(8);
        try (BiEncoder model = load("embedder-mean")) {
            List<Embedding> expected = model.embed(texts);
            List<Future<List<Embedding>>> answers = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                answers.add(callers.submit(() -> model.embed(texts)));
            }
            for (Future<List<Embedding>> answer : answers) {
                for (int i = 0; i < texts.size(); i++) {
                    assertThat(answer.get().get(i).vector())
                            .isEqualTo(expected.get(i).vector());
                }
            }
        } finally {
            callers.shutdown();
        }
    }
}
