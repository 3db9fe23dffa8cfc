package dev.juxta.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.juxta.Goldens;
import dev.juxta.LoadOptions;
import dev.juxta.ScoringModel;
import dev.juxta.server.Running.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What models cannot do, and who is told how. */
class ServerModelsTest {

    private static final String LONG = "word ".repeat(200);
    private static final String[] ADMIN = {"Authorization", "Bearer admin"};

    /** A model's name in requests, and what it is. */
    private static ScoringModel load(String name) throws IOException {
        return switch (name) {
            case "huge" -> throw new OutOfMemoryError("Java heap space");
            case "alien" -> throw new UnsatisfiedLinkError("no native engine for this processor");
            case "unfit" -> throw new IllegalArgumentException("--prompt-name \"x\" is not among its prompts");
            default -> Running.load(name);
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v2/rerank      | {'query':'q','documents':['LONG']}                     | fail | 400",
                "/v1/rerank      | {'query':'q','documents':['LONG'],'truncation':false}  |      | 400",
                "/rerank         | {'query':'q','texts':['LONG'],'truncate':false}        |      | 422",
                "/vllm/score     | {'text_1':'q','text_2':'LONG'}                         |      | 400",
                "/llamacpp/rerank| {'query':'q','documents':['LONG']}                     |      | 400"
            })
    void whatIsTooLongIsSaidToBe(String path, String body, String onLong, int status) throws Exception {
        for (String model : List.of(Running.TINY, "embedder-mean")) {
            try (Running server = Running.with(options -> options.models(model))) {
                String json = body.replace('\'', '"').replace("LONG", LONG);
                Answer answer =
                        onLong == null ? server.post(path, json) : server.post(path, json, "X-Juxta-On-Long", onLong);
                assertThat(answer.status()).as(answer.text()).isEqualTo(status);
                assertThat(answer.text()).contains("tokens, and the model reads");
            }
        }
    }

    /** vLLM's own length of a pair holds for every kind of model. */
    @Test
    void aClientMayReadLess() throws Exception {
        String body = "{\"text_1\":\"what\",\"text_2\":\"" + LONG + "\",\"truncate_prompt_tokens\":%d}";
        for (String model : List.of(Running.TINY, "embedder-mean", "colbert-saved")) {
            try (Running server = Running.with(options -> options.models(model))) {
                Answer seven = server.post("/score", body.formatted(7));
                assertThat(seven.status()).as(seven.text()).isEqualTo(200);
                int least = server.post("/score", body.formatted(9))
                        .json()
                        .at("/usage/prompt_tokens")
                        .asInt();
                assertThat(seven.json().at("/usage/prompt_tokens").asInt()).isLessThan(least);
                Answer none = server.post("/score", body.formatted(1));
                assertThat(none.status()).isEqualTo(400);
                assertThat(none.text()).contains("leaves room for texts");
            }
        }
    }

    /** Weights and tokenizer that do not belong together are no fault of the client. */
    @Test
    void whatFailsWithinIsNotTheClientsFault(@TempDir Path folder) throws Exception {
        Path damaged = copy(Goldens.folder(Running.TINY), folder);
        Path tokenizer = damaged.resolve("tokenizer.json");
        String json = Files.readString(tokenizer);
        String changed = json.replaceFirst("(\"berlin\"\\s*:\\s*)[0-9]+", "$1999999");
        assertThat(changed).isNotEqualTo(json);
        Files.writeString(tokenizer, changed);
        LoadOptions options = LoadOptions.defaults().withEngine("reference").withThreads(1);
        try (Running server = Running.with(same -> same, name -> ScoringModel.load(damaged, options))) {
            Answer well = server.post("/v2/rerank", "{\"query\":\"a\",\"documents\":[\"b\"]}");
            assertThat(well.status()).isEqualTo(200);
            Answer failed = server.post("/v2/rerank", "{\"query\":\"a\",\"documents\":[\"berlin\"]}");
            assertThat(failed.status()).isEqualTo(500);
            assertThat(failed.json().path("message").asString()).contains("its log has more");
        }
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
        return to;
    }

    @Test
    void aModelThatCannotBeLoadedIsToldOfAndTheOthersServeOn() throws Exception {
        String load = "{\"name\":\"another\",\"source\":\"%s\"}";
        try (Running server =
                Running.with(options -> options.keys(List.of(), List.of("admin")), ServerModelsTest::load)) {
            Answer huge = server.post("/juxta/v1/models", load.formatted("huge"), ADMIN);
            assertThat(huge.status()).isEqualTo(400);
            assertThat(huge.text()).contains("the memory is not enough for the model \\\"huge\\\"");
            Answer alien = server.post("/juxta/v1/models", load.formatted("alien"), ADMIN);
            assertThat(alien.status()).isEqualTo(400);
            assertThat(alien.text()).contains("no native engine for this processor");
            assertThat(server.post("/juxta/v1/models", load.formatted("unfit"), ADMIN)
                            .text())
                    .contains("is not among its prompts");
            assertThat(server.post("/v2/rerank", Running.documents(1, 3)).status())
                    .isEqualTo(200);
        }
        assertThatThrownBy(() -> Running.with(options -> options.models("huge"), ServerModelsTest::load))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the memory is not enough");
    }

    @Test
    void embeddingsAreAskedForAsTheModelHasThem() throws Exception {
        try (Running server = Running.with(options -> options.models("embedder-cls"))) {
            assertThat(server.get("/info")
                            .json()
                            .at("/model_type/embedding/pooling")
                            .asString())
                    .isEqualTo("cls");
            Answer prompt = server.post("/embed", "{\"inputs\":\"a\",\"prompt_name\":\"nothing\"}");
            assertThat(prompt.status()).isEqualTo(422);
            assertThat(prompt.text()).contains("no prompt \\\"nothing\\\"");
            Answer wide = server.post("/embed", "{\"inputs\":\"a\",\"dimensions\":100000}");
            assertThat(wide.status()).isEqualTo(422);
            assertThat(wide.text()).contains("100000");
            Answer cut = server.post("/embed", "{\"inputs\":[\"a\",\"b\"],\"dimensions\":3}");
            assertThat(cut.json().get(0).size()).isEqualTo(3);
        }
        try (Running server = Running.with(options -> options.models("embedder-lasttoken"))) {
            assertThat(server.get("/info")
                            .json()
                            .at("/model_type/embedding/pooling")
                            .asString())
                    .isEqualTo("last_token");
        }
    }

    @Test
    void windowsAreRefusedWhereNoneIsTheBest() throws Exception {
        try (Running server = Running.with(options -> options.models("bert-3labels"))) {
            String pair = "{\"inputs\":[[\"a\",\"b\"]]}";
            assertThat(server.post("/predict", pair).status()).isEqualTo(200);
            Answer chunked = server.post("/predict", pair, "X-Juxta-On-Long", "chunk");
            assertThat(chunked.status()).isEqualTo(422);
            assertThat(chunked.text()).contains("3 labels");
        }
    }
}
