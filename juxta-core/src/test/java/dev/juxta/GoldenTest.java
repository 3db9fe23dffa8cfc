package dev.juxta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.juxta.Goldens.Golden;
import dev.juxta.text.TokenizedPair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Tokens, logits and values are the reference's, alone and in any company. */
class GoldenTest {

    private static final float TOLERANCE = 1e-4f;

    private static CrossEncoder load(String name) throws IOException {
        LoadOptions options = LoadOptions.defaults().withEngine("reference");
        return CrossEncoder.load(Goldens.folder(name), options);
    }

    static Stream<String> checkpoints() {
        return Goldens.CHECKPOINTS.stream();
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void tokensAreTheReferences(String name) throws IOException {
        try (CrossEncoder model = load(name)) {
            assertTokens(model, Goldens.read(name));
        }
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void logitsAndValuesAreTheReferences(String name) throws IOException {
        try (CrossEncoder model = load(name)) {
            assertScores(model, Goldens.read(name));
        }
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void resolvesAsTheReference(String name) throws IOException {
        JsonNode expected = Goldens.expected(name);
        try (CrossEncoder model = load(name)) {
            ModelInfo info = model.info();
            assertThat(info.maxLength()).isEqualTo(expected.get("max_length").intValue());
            assertThat(info.labels())
                    .containsExactlyElementsOf(expected.get("labels")
                            .valueStream()
                            .map(JsonNode::stringValue)
                            .toList());
            assertThat(expected.get("activation").stringValue().toLowerCase(Locale.ROOT))
                    .endsWith("." + info.activation());
            String prompt = info.defaultPrompt().map(info.prompts()::get).orElse("");
            assertThat(prompt).isEqualTo(expected.get("prompt").asString(""));
        }
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void aPairScoresTheSameAloneAndInAnyBatch(String name) throws IOException {
        List<TextPair> pairs = Goldens.read(name).stream().map(Golden::pair).toList();
        List<Score> together;
        try (CrossEncoder model = load(name)) {
            together = model.score(pairs);
            for (int i = 0; i < pairs.size(); i++) {
                assertThat(model.score(List.of(pairs.get(i)))).containsExactly(together.get(i));
            }
        }
        LoadOptions oneThread =
                LoadOptions.defaults().withEngine("reference").withThreads(1).withBatchTokens(7);
        try (CrossEncoder model = CrossEncoder.load(Goldens.folder(name), oneThread)) {
            assertThat(model.score(pairs)).isEqualTo(together);
        }
    }

    @Test
    void embeddedModelIsTheReferences() throws Exception {
        List<Golden> goldens = Goldens.read("embedded");
        try (CrossEncoder model = CrossEncoder.embedded(LoadOptions.defaults().withEngine("reference"))) {
            assertTokens(model, goldens);
            assertScores(model, goldens);
        }
    }

    @Test
    void anyThreadGetsTheSame() throws Exception {
        List<TextPair> pairs =
                Goldens.read("bert-sharp").stream().map(Golden::pair).toList();
        ExecutorService callers = Executors.newFixedThreadPool(8);
        try (CrossEncoder model = load("bert-sharp")) {
            List<Score> expected = model.score(pairs);
            List<Future<List<Score>>> answers = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                answers.add(callers.submit(() -> model.score(pairs)));
            }
            for (Future<List<Score>> answer : answers) {
                assertThat(answer.get()).isEqualTo(expected);
            }
        } finally {
            callers.shutdown();
        }
    }

    private static void assertTokens(CrossEncoder model, List<Golden> goldens) {
        List<TokenizedPair> tokens =
                model.tokenize(goldens.stream().map(Golden::pair).toList(), Prompt.modelDefault());
        for (int i = 0; i < goldens.size(); i++) {
            assertThat(tokens.get(i).ids())
                    .as("ids of pair %d", i)
                    .isEqualTo(goldens.get(i).ids());
            if (goldens.get(i).typeIds().isPresent()) {
                assertThat(tokens.get(i).segments())
                        .as("segments of pair %d", i)
                        .isEqualTo(goldens.get(i).typeIds().get());
            }
            assertThat(tokens.get(i).lengthBefore())
                    .as("length of pair %d", i)
                    .isEqualTo(goldens.get(i).length());
        }
    }

    private static void assertScores(CrossEncoder model, List<Golden> goldens) {
        List<Score> scores = model.score(goldens.stream().map(Golden::pair).toList());
        for (int i = 0; i < goldens.size(); i++) {
            Golden golden = goldens.get(i);
            Score score = scores.get(i);
            assertThat(score.logits()).hasSize(golden.logits().length);
            for (int label = 0; label < golden.logits().length; label++) {
                assertThat(score.logits().get(label))
                        .as("logit %d of pair %d", label, i)
                        .isCloseTo(golden.logits()[label], within(TOLERANCE));
                assertThat(score.values().get(label))
                        .as("value %d of pair %d", label, i)
                        .isCloseTo(golden.scores()[label], within(TOLERANCE));
            }
            assertThat(score.tokens()).isEqualTo(golden.ids().length);
            assertThat(score.truncated()).isEqualTo(golden.length() - golden.ids().length);
        }
    }
}
