package dev.juxta.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.server.Running.Answer;
import dev.juxta.server.ServerOptions.WorkLimits;
import java.net.ConnectException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** How the server is run: probes, keys, models, overload, fairness, its end. */
class ServerOperationTest {

    private static final String SMALL = Running.documents(1, 3);

    private static WorkLimits limits(long waiting, Duration time) {
        return new WorkLimits(OptionalInt.of(64), waiting, 10_000, time);
    }

    @Test
    void probesMetricsAndIdentity() throws Exception {
        try (Running server = Running.tiny()) {
            assertThat(server.get("/livez").status()).isEqualTo(200);
            assertThat(server.get("/readyz").status()).isEqualTo(200);
            assertThat(server.get("/health").status()).isEqualTo(200);
            String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
            Answer answer = server.post("/v2/rerank", SMALL, "X-Request-Id", "mine", "traceparent", trace);
            assertThat(answer.header("x-request-id")).isEqualTo("mine");
            assertThat(answer.header("traceparent"))
                    .startsWith("00-0af7651916cd43dd8448eb211c80319c-")
                    .endsWith("-01")
                    .isNotEqualTo(trace);
            assertThat(answer.header("x-juxta-model")).isEqualTo(Running.TINY);
            assertThat(server.post("/v2/rerank", SMALL, "X-Request-Id", "no blanks")
                            .header("x-request-id"))
                    .isNotEqualTo("no blanks");
            server.post("/v2/rerank", Running.documents(2, 500));
            assertThat(server.metric("juxta_requests_total")).isGreaterThanOrEqualTo(3);
            assertThat(server.metric("juxta_truncated_pairs_total")).isEqualTo(2);
            assertThat(server.metric("juxta_queue_requests")).isZero();
        }
    }

    @Test
    void theAccessLogHasNoTextsUnlessAsked() throws Exception {
        String body = "{\"query\":\"secretquery\",\"documents\":[\"secretdocument\"]}";
        try (Running quiet = Running.tiny();
                Running open = Running.with(Running.Options::loggingTexts)) {
            quiet.post("/v2/rerank", body);
            open.post("/v2/rerank", body);
            assertThat(quiet.accessLog).hasSize(1).allMatch(line -> !line.contains("secret"));
            assertThat(open.accessLog).hasSize(1).allMatch(line -> line.contains("secretdocument"));
            JsonNode line = Running.JSON.readTree(quiet.accessLog.element());
            assertThat(line.path("status").asInt()).isEqualTo(200);
            assertThat(line.path("dialect").asString()).isEqualTo("cohere");
            assertThat(line.path("pairs").asInt()).isEqualTo(1);
        }
    }

    @Test
    void keysAreAskedForInTheDialectsWords() throws Exception {
        try (Running server = Running.with(options -> options.keys(List.of("k1", "k2"), List.of()))) {
            assertThat(server.get("/readyz").status()).isEqualTo(200);
            Answer none = server.post("/v2/rerank", SMALL);
            assertThat(none.status()).isEqualTo(401);
            assertThat(none.header("www-authenticate")).isEqualTo("Bearer");
            assertThat(none.json().path("message").asString()).contains("Authorization: Bearer");
            assertThat(server.post("/vllm/rerank", SMALL, "Authorization", "Bearer wrong")
                            .json()
                            .path("error")
                            .path("type")
                            .asString())
                    .isEqualTo("AuthenticationError");
            assertThat(server.post("/v2/rerank", SMALL, "Authorization", "bearer k2")
                            .status())
                    .isEqualTo(200);
            assertThat(server.accessLog).noneMatch(line -> line.contains("k2\""));
        }
    }

    @Test
    void severalModelsByName() throws Exception {
        try (Running server = Running.with(options ->
                options.models(Running.TINY, "bert-3labels", "embedder-mean").strict())) {
            String named = SMALL.substring(0, SMALL.length() - 1) + ",\"model\":\"%s\"}";
            assertThat(server.post("/v2/rerank", SMALL).header("x-juxta-model")).isEqualTo(Running.TINY);
            Answer similar = server.post("/v2/rerank", named.formatted("embedder-mean"));
            assertThat(similar.header("x-juxta-model")).isEqualTo("embedder-mean");
            Answer labels = server.post("/v2/rerank", named.formatted("bert-3labels"));
            assertThat(labels.status()).isEqualTo(400);
            assertThat(labels.json().path("message").asString()).contains("3 labels");
            Answer unknown = server.post("/v2/rerank", named.formatted("rerank-v3.5"));
            assertThat(unknown.status()).isEqualTo(404);
            assertThat(unknown.json().path("message").asString()).contains("rerank-v3.5");
        }
        try (Running server = Running.with(options -> options.models("embedder-mean"))) {
            Answer vectors = server.post("/embed", "{\"inputs\":[\"a\",\"b c\"]}");
            assertThat(vectors.json().size()).isEqualTo(2);
            double squares = 0;
            for (JsonNode x : vectors.json().get(1)) {
                squares += x.asDouble() * x.asDouble();
            }
            assertThat(squares).isCloseTo(1, Assertions.within(1e-5));
        }
        try (Running server = Running.with(options -> options.models("bert-3labels"))) {
            JsonNode classes =
                    server.post("/predict", "{\"inputs\":[\"a\",\"b c\"]}").json();
            assertThat(classes.size()).isEqualTo(3);
            assertThat(classes.get(0).path("score").asDouble())
                    .isGreaterThan(classes.get(2).path("score").asDouble());
        }
    }

    @Test
    void administratorsLoadAndUnloadModels() throws Exception {
        try (Running server = Running.with(
                options -> options.keys(List.of("user"), List.of("admin")).strict())) {
            String[] user = {"Authorization", "Bearer user"};
            String[] admin = {"Authorization", "Bearer admin"};
            String load = "{\"name\":\"second\",\"source\":\"bert-relu-bf16\"}";
            assertThat(server.post("/juxta/v1/models", load, user).status()).isEqualTo(403);
            assertThat(server.post("/juxta/v1/models", load, admin).status()).isEqualTo(200);
            assertThat(server.post("/juxta/v1/models", load, admin).status()).isEqualTo(400);
            String ask = "{\"query\":\"a\",\"documents\":[\"b\"],\"model\":\"second\"}";
            assertThat(server.post("/v2/rerank", ask, user).header("x-juxta-model"))
                    .isEqualTo("second");
            assertThat(server.post("/juxta/v1/models", "{\"source\":\"no-such-model\"}", admin)
                            .status())
                    .isEqualTo(400);
            HttpRequest unload = HttpRequest.newBuilder(server.uri("/juxta/v1/models/second"))
                    .headers(admin)
                    .DELETE()
                    .build();
            assertThat(server.send(unload).status()).isEqualTo(200);
            assertThat(server.send(unload).status()).isEqualTo(404);
            assertThat(server.post("/v2/rerank", ask, user).status()).isEqualTo(404);
        }
    }

    @Test
    void overloadIsRefusedAtOnceAndTheRestIsServed() throws Exception {
        WorkLimits tight = limits(3000, Duration.ofSeconds(20));
        try (Running server = Running.with(options -> options.work(tight))) {
            List<CompletableFuture<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                answers.add(server.postLater("/v2/rerank", Running.documents(20, 40)));
            }
            int served = 0;
            int refused = 0;
            for (CompletableFuture<Answer> one : answers) {
                Answer answer = one.join();
                if (answer.status() == 200) {
                    served++;
                } else {
                    refused++;
                    assertThat(answer.status()).isEqualTo(429);
                    assertThat(Integer.parseInt(answer.header("retry-after"))).isBetween(1, 60);
                    assertThat(answer.json().path("message").asString()).contains("try again");
                }
            }
            assertThat(served).isGreaterThanOrEqualTo(2);
            assertThat(refused).isPositive();
            assertThat(server.metric("juxta_rejected_total")).isEqualTo(refused);
            assertThat(server.metric("juxta_queue_tokens")).isZero();
        }
    }

    @Test
    void aShortRequestDoesNotWaitForALongOne() throws Exception {
        try (Running server = Running.with(options -> options.work(limits(10_000_000, Duration.ofMinutes(2))))) {
            CompletableFuture<Answer> lengthy = server.postLater("/v2/rerank", Running.documents(3000, 60));
            while (server.metric("juxta_pieces_total") < 10) {
                Thread.sleep(2);
            }
            double before = server.metric("juxta_pieces_total");
            assertThat(server.post("/v2/rerank", SMALL).status()).isEqualTo(200);
            assertThat(server.metric("juxta_pieces_total") - before).isLessThan(1000);
            assertThat(lengthy).isNotDone();
            assertThat(server.post("/v2/rerank", Running.documents(1, 3), "X-Request-Timeout", "10s")
                            .status())
                    .isEqualTo(200);
            assertThat(lengthy.join().status()).isEqualTo(200);
        }
    }

    @Test
    void timeIsLimitedAndWhatIsGivenUpCostsNoMore() throws Exception {
        try (Running server = Running.with(options -> options.work(limits(10_000_000, Duration.ofMinutes(2))))) {
            Answer late = server.post("/v2/rerank", Running.documents(5000, 60), "X-Request-Timeout", "50ms");
            assertThat(late.status()).isEqualTo(504);
            assertThat(server.post("/v2/rerank", SMALL, "X-Request-Timeout", "soon")
                            .status())
                    .isEqualTo(400);
            try (Socket socket = server.socket()) {
                String body = Running.documents(5000, 60);
                socket.getOutputStream()
                        .write(("POST /v2/rerank HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n"
                                        + body)
                                .getBytes(StandardCharsets.UTF_8));
                while (server.metric("juxta_queue_requests") < 1) {
                    Thread.sleep(2);
                }
            } // and the client is gone
            while (server.metric("juxta_queue_requests") > 0) {
                Thread.sleep(2);
            }
            assertThat(server.metric("juxta_abandoned_total")).isEqualTo(2);
            assertThat(server.metric("juxta_pieces_total")).isLessThan(9000);
            assertThat(server.metric("juxta_queue_tokens")).isZero();
        }
    }

    @Test
    void drainingAnswersWhatIsUnderWayAndNothingElse() throws Exception {
        Running server = Running.with(options -> options.work(limits(10_000_000, Duration.ofMinutes(2))));
        CompletableFuture<Answer> underWay = server.postLater("/v2/rerank", Running.documents(400, 60));
        while (server.metric("juxta_queue_requests") < 1) {
            Thread.sleep(2);
        }
        CompletableFuture<Boolean> drained =
                CompletableFuture.supplyAsync(() -> server.server().drain(Duration.ofSeconds(30)));
        Answer refused = server.get("/readyz");
        while (refused.status() == 200) {
            refused = server.get("/readyz");
        }
        assertThat(refused.status()).isEqualTo(503);
        assertThat(server.get("/livez").status()).isEqualTo(200);
        assertThat(server.post("/v2/rerank", SMALL).status()).isEqualTo(503);
        CompletableFuture<Integer> late = server.postLater("/v2/rerank", SMALL).thenApply(Answer::status);
        while (!underWay.isDone()) { // what is refused meanwhile holds up nothing
            assertThat(late.join()).isEqualTo(503);
            late = server.postLater("/v2/rerank", SMALL).thenApply(Answer::status);
        }
        assertThat(underWay.join().status()).isEqualTo(200);
        assertThat(drained.join()).isTrue();
        Assertions.assertThatThrownBy(() -> server.get("/livez")).isInstanceOf(ConnectException.class);
    }
}
