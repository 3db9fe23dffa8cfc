package dev.juxta.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.server.Running.Answer;
import dev.juxta.server.http.Endpoint;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whose pages may read answers. */
class ServerCorsTest {

    private static final String ALLOWED = "access-control-allow-origin";
    private static final String PAGE = "https://page.example";

    private static Running server(String... origins) throws IOException {
        return Running.with(
                options -> options.endpoint(new Endpoint(Endpoint.LOOPBACK, 0, Optional.empty(), List.of(origins))));
    }

    private static Answer ask(Running server, String origin) throws Exception {
        return server.post("/v2/rerank", Running.documents(1, 3), "Origin", origin);
    }

    private static Answer preflight(Running server, String origin) throws Exception {
        return server.send(HttpRequest.newBuilder(server.uri("/v2/rerank"))
                .method("OPTIONS", BodyPublishers.noBody())
                .headers("Origin", origin, "Access-Control-Request-Method", "POST")
                .headers("Access-Control-Request-Headers", "authorization,content-type")
                .build());
    }

    private static String all(Answer answer, String header) {
        return String.join(",", answer.response().headers().allValues(header));
    }

    @Test
    void isOffUnlessAskedFor() throws Exception {
        try (Running server = server()) {
            assertThat(ask(server, PAGE).status()).isEqualTo(200);
            assertThat(ask(server, PAGE).header(ALLOWED)).isEmpty();
            Answer preflight = preflight(server, PAGE);
            assertThat(preflight.status()).isEqualTo(405);
            assertThat(preflight.header(ALLOWED)).isEmpty();
        }
    }

    @Test
    void allowsTheOriginsThatAreNamed() throws Exception {
        try (Running server = server(PAGE)) {
            Answer answer = ask(server, PAGE);
            assertThat(answer.header(ALLOWED)).isEqualTo(PAGE);
            assertThat(all(answer, "access-control-expose-headers")).contains("x-request-id", "retry-after");
            Answer preflight = preflight(server, PAGE);
            assertThat(preflight.status()).isEqualTo(200);
            assertThat(preflight.header(ALLOWED)).isEqualTo(PAGE);
            assertThat(all(preflight, "access-control-allow-methods")).contains("POST");
            assertThat(all(preflight, "access-control-allow-headers")).contains("authorization");
            assertThat(ask(server, "https://other.example").header(ALLOWED)).isEmpty();
            assertThat(preflight(server, "https://other.example").header(ALLOWED))
                    .isEmpty();
            Answer wrong = server.post("/v2/rerank", "{", "Origin", PAGE);
            assertThat(wrong.status()).isEqualTo(400);
            assertThat(wrong.header(ALLOWED)).isEqualTo(PAGE);
        }
    }

    @Test
    void allowsAll() throws Exception {
        try (Running server = server("*")) {
            assertThat(ask(server, "https://other.example").header(ALLOWED)).isEqualTo("*");
        }
    }
}
