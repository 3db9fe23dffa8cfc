package dev.juxta.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.juxta.Goldens;
import dev.juxta.LoadOptions;
import dev.juxta.ScoringModel;
import dev.juxta.TextPair;
import dev.juxta.server.Running.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What answers say beyond their dialects, to those who ask for it. */
class ServerAnswersTest {

    private static final String QUERY = "people in Berlin";
    private static final String TEXT =
            "😀 Berlin has three million people. The river is long. " + "So be it. ".repeat(60);

    private static String body(String... texts) {
        return Running.JSON
                .createObjectNode()
                .put("query", QUERY)
                .set("documents", Running.JSON.valueToTree(texts))
                .toString();
    }

    private static String part(String text, JsonNode range) {
        int begin = text.offsetByCodePoints(0, range.get(0).asInt());
        return text.substring(begin, text.offsetByCodePoints(0, range.get(1).asInt()));
    }

    /** What is said to have been read, alone, has the same score, and with what was not it is the whole. */
    @ParameterizedTest
    @ValueSource(strings = {Running.TINY, "embedder-mean", "colbert-stanford"})
    void whatWasCutOffIsToldExactly(String model) throws Exception {
        try (Running server = Running.with(options -> options.models(model))) {
            String[] more = {"X-Juxta-Detail", "1"};
            JsonNode cut = server.post("/v2/rerank", body(TEXT), more).json().at("/results/0");
            JsonNode detail = cut.get("juxta");
            assertThat(detail.get("truncated").asInt()).isPositive();
            String read = part(TEXT, detail.get("span"));
            String unread = part(TEXT, detail.get("unread").get(0));
            assertThat(detail.get("unread")).hasSize(1);
            assertThat(read + unread).isEqualTo(TEXT);
            JsonNode alone = server.post("/v2/rerank", body(read), more).json().at("/results/0");
            assertThat(alone.at("/relevance_score").asDouble())
                    .isCloseTo(cut.at("/relevance_score").asDouble(), within(1e-6));
            assertThat(alone.at("/juxta/truncated").asInt()).isZero();
            assertThat(alone.at("/juxta").has("unread")).isFalse();
            JsonNode windows = server.post("/v2/rerank", body(TEXT), "X-Juxta-Detail", "1", "X-Juxta-On-Long", "chunk")
                    .json()
                    .at("/results/0/juxta");
            assertThat(windows.has("span")).isTrue();
            assertThat(windows.has("unread")).as("all of it was read").isFalse();
        }
    }

    @Test
    void aStrictClientSeesNothingOfIt() throws Exception {
        try (Running server = Running.tiny()) {
            assertThat(server.post("/v2/rerank", body(TEXT)).text()).doesNotContain("juxta", "span", "parts");
        }
    }

    @Test
    void theBestAreExplainedBySentences() throws Exception {
        String[] texts = {"Nothing.", "Berlin is old. Three million people live in it.", "A city. A town."};
        try (Running server = Running.tiny();
                ScoringModel model = Running.load(Running.TINY)) {
            Answer answer = server.post("/v1/rerank", body(texts), "X-Juxta-Explain", "2");
            assertThat(answer.status()).isEqualTo(200);
            JsonNode results = answer.json().get("results");
            assertThat(results.get(2).get("juxta").has("parts")).isFalse();
            for (int i = 0; i < 2; i++) {
                String text = texts[results.get(i).get("index").asInt()];
                double logit = results.get(i).at("/juxta/logit").asDouble();
                JsonNode parts = results.get(i).at("/juxta/parts");
                assertThat(parts.isEmpty()).isFalse();
                for (JsonNode one : parts) {
                    String sentence = part(text, one.get("span"));
                    double without = model.score(List.of(new TextPair(QUERY, text.replace(sentence, ""))))
                            .get(0)
                            .logit();
                    assertThat(one.get("weight").asDouble()).isCloseTo(logit - without, within(1e-5));
                }
            }
            assertThat(server.metric("juxta_pieces_total")).isGreaterThan(5); // explanations cost pairs
            Answer many = server.post("/v1/rerank", body(texts), "X-Juxta-Explain", "many");
            assertThat(many.status()).isEqualTo(422);
            assertThat(many.text()).contains("X-Juxta-Explain is \\\"many\\\"", "from 0 to 20");
        }
    }

    @Test
    void aCalibratedModelGivesProbabilities(@TempDir Path folder) throws Exception {
        try (Stream<Path> files = Files.list(Goldens.folder(Running.TINY))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        Path config = folder.resolve("config.json");
        Files.writeString(config, Files.readString(config).replaceFirst("\\{", "{\"juxta\":{\"calibrated\":true},"));
        LoadOptions load = LoadOptions.defaults().withEngine("reference").withThreads(1);
        try (Running plain = Running.tiny();
                Running calibrated = Running.with(options -> options, name -> ScoringModel.load(folder, load))) {
            JsonNode detail = calibrated
                    .post("/v1/rerank", body("Berlin"), "X-Juxta-Detail", "1")
                    .json()
                    .at("/results/0/juxta");
            double logit = detail.get("logit").asDouble();
            assertThat(detail.get("probability").asDouble()).isCloseTo(1 / (1 + Math.exp(-logit)), within(1e-6));
            assertThat(plain.post("/v1/rerank", body("Berlin"), "X-Juxta-Detail", "1")
                            .json()
                            .at("/results/0/juxta")
                            .has("probability"))
                    .isFalse();
        }
    }
}
