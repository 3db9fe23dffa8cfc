package dev.juxta.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Every dialect's requests and answers, as {@code scripts/server/make_golden.py} wrote them down. */
@TestInstance(Lifecycle.PER_CLASS)
class DialectGoldenTest {

    private Running server;

    @BeforeAll
    void start() throws IOException {
        server = Running.tiny();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private record Case(JsonNode golden) {
        @Override
        public String toString() {
            return golden.path("name").asString();
        }
    }

    private static List<Case> cases() throws IOException {
        List<Case> cases = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(DialectGoldenTest.class.getResourceAsStream("/dialects.jsonl")),
                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                cases.add(new Case(Running.JSON.readTree(line)));
            }
        }
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void answersAsTheOriginalDoes(Case one) throws Exception {
        JsonNode golden = one.golden();
        List<String> headers = new ArrayList<>(List.of("Content-Type", "application/json"));
        golden.path("headers").properties().forEach(header -> {
            headers.add(header.getKey());
            headers.add(header.getValue().asString());
        });
        JsonNode body = golden.path("body");
        String path = golden.path("path").asString();
        String[] all = headers.toArray(String[]::new);
        Running.Answer answer = body.isNull()
                ? server.get(path, all)
                : server.post(path, body.isString() ? body.asString() : body.toString(), all);
        assertThat(answer.status()).isEqualTo(golden.path("status").asInt());
        assertThat(answer.header("content-type")).isEqualTo("application/json");
        assertThat(answer.header("x-request-id")).isNotEmpty();
        assertSame(answer.json(), golden.path("answer"), "");
    }

    /** Equal but for what changes from call to call, and for the last digits of scores. */
    private static void assertSame(JsonNode actual, JsonNode expected, String where) {
        if (expected.isString() && expected.asString().equals("*")) {
            assertThat(actual.isValueNode()).as(where).isTrue();
        } else if (expected.isObject()) {
            assertThat(List.copyOf(actual.propertyNames())).as(where).isEqualTo(List.copyOf(expected.propertyNames()));
            expected.propertyNames()
                    .forEach(name -> assertSame(actual.get(name), expected.get(name), where + "." + name));
        } else if (expected.isArray()) {
            assertThat(actual.size()).as(where).isEqualTo(expected.size());
            for (int i = 0; i < expected.size(); i++) {
                assertSame(actual.get(i), expected.get(i), where + "[" + i + "]");
            }
        } else if (expected.isFloatingPointNumber()) {
            assertThat(actual.asDouble()).as(where).isCloseTo(expected.asDouble(), within(1e-5));
        } else {
            assertThat(actual).as(where).isEqualTo(expected);
        }
    }

    /** OpenSearch casts each score to a double, and cannot do so with an integer, nor with more than 18 characters. */
    @Test
    void scoresAreShortAndHaveADecimalPoint() throws Exception {
        String text = server.post("/v1/rerank", Running.documents(3, 900)).text()
                + server.post("/score", "{\"text_1\":\"a\",\"text_2\":[\"b\",\"c d\",\"e f g\"]}")
                        .text();
        List<String> scores = text.replaceAll("\"(relevance_score|score)\":", "\n")
                .lines()
                .skip(1)
                .map(line -> line.split("[,}]", 2)[0])
                .filter(score -> !score.startsWith("\""))
                .toList();
        assertThat(scores)
                .hasSize(6)
                .allMatch(score -> score.matches("-?[0-9]+\\.[0-9]+(E-?[0-9]+)?"))
                .allMatch(score -> score.length() <= 18);
    }

    /** A prefix, a header and nothing choose the dialect of an error too. */
    @Test
    void errorsOfUnreadBodiesHaveTheEnvelopeOfThePath() throws Exception {
        assertThat(server.post("/vllm/rerank", "{")
                        .json()
                        .path("error")
                        .path("type")
                        .asString())
                .isEqualTo("BadRequestError");
        assertThat(server.post("/v2/rerank", "{", "X-Juxta-Dialect", "vllm")
                        .json()
                        .path("error")
                        .path("code")
                        .asInt())
                .isEqualTo(400);
        assertThat(server.post("/tei/rerank", "{").json().path("error_type").asString())
                .isEqualTo("Validation");
    }
}
