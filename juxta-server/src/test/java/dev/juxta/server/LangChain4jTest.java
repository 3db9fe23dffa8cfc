package dev.juxta.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.juxta.Score;
import dev.juxta.ScoringModel;
import dev.juxta.TextPair;
import dev.juxta.model.OutputActivation;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.cohere.CohereScoringModel;
import dev.langchain4j.model.jina.JinaScoringModel;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.voyageai.VoyageAiScoringModel;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** LangChain4j's scoring models, with nothing changed but their base URL. */
@TestInstance(Lifecycle.PER_CLASS)
class LangChain4jTest {

    private static final String QUERY = "How many people live in Berlin?";
    private static final List<String> TEXTS =
            List.of("Berlin has 3 million people.", "The river is long.", "people people people", "word ".repeat(200));

    private Running server;

    /** A model of LangChain4j, for a key. */
    private interface Client {
        dev.langchain4j.model.scoring.ScoringModel of(String url, String key);
    }

    private record Named(String name, Client client) {
        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    void start() throws IOException {
        server = Running.with(options -> options.keys(List.of("right"), List.of()));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static Stream<Named> clients() {
        return Stream.of(
                new Named(
                        "cohere",
                        (url, key) -> CohereScoringModel.builder()
                                .baseUrl(url + "/cohere/v1/")
                                .apiKey(key)
                                .modelName("rerank-english-v3.0")
                                .maxRetries(0)
                                .build()),
                new Named(
                        "jina",
                        (url, key) -> JinaScoringModel.builder()
                                .baseUrl(url + "/jina/v1/")
                                .apiKey(key)
                                .modelName("jina-reranker-v2-base-multilingual")
                                .maxRetries(0)
                                .build()),
                new Named(
                        "voyage",
                        (url, key) -> VoyageAiScoringModel.builder()
                                .baseUrl(url + "/voyage/v1/")
                                .apiKey(key)
                                .modelName("rerank-2")
                                .maxRetries(0)
                                .build()));
    }

    private String url() {
        return "http://127.0.0.1:" + server.port();
    }

    @ParameterizedTest
    @MethodSource("clients")
    void getsTheScoresOfTheLibrary(Named named) throws IOException {
        List<TextSegment> segments = TEXTS.stream().map(TextSegment::from).toList();
        Response<List<Double>> response = named.client().of(url(), "right").scoreAll(segments, QUERY);
        assertThat(response.content()).hasSize(TEXTS.size());
        try (ScoringModel model = Running.load(Running.TINY)) {
            List<Score> scores = model.score(
                    TEXTS.stream().map(text -> new TextPair(QUERY, text)).toList());
            for (int i = 0; i < TEXTS.size(); i++) {
                float value = OutputActivation.SIGMOID
                        .apply(new float[] {scores.get(i).logit()})[0];
                assertThat(response.content().get(i)).isCloseTo(value, within(1e-5));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("clients")
    void isToldWhatIsWrong(Named named) {
        assertThatThrownBy(() -> named.client().of(url(), "wrong").score("a", "b"))
                .hasMessageContaining("The key is not valid");
    }
}
