package dev.juxta.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.server.http.HttpLimits;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients do that they should not. */
@TestInstance(Lifecycle.PER_CLASS)
class ServerLimitsTest {

    private static final int MOST_BYTES = 100_000;
    private static final String BODY = "{\"query\":\"a\",\"documents\":[\"b\"]}";

    private Running server;

    @BeforeAll
    void start() throws Exception {
        HttpLimits limits = HttpLimits.defaults()
                .withBodyBytes(MOST_BYTES)
                .withAllBodyBytes(3L * MOST_BYTES)
                .withTimes(Duration.ofMillis(1500), Duration.ofMillis(700), Duration.ofSeconds(5));
        server = Running.with(options -> options.http(limits));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static String head(int length) {
        return "POST /v2/rerank HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n";
    }

    private void assertStillServes() throws Exception {
        assertThat(server.post("/v2/rerank", BODY).status()).isEqualTo(200);
    }

    @Test
    void aBodyThatIsAnnouncedTooLargeIsRefusedUnread() throws Exception {
        String answer = server.raw(head(MOST_BYTES + 1) + "Connection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 413").contains("larger than this server takes");
        assertStillServes();
    }

    @Test
    void aBodyThatGrowsTooLargeIsRefused() throws Exception {
        String chunk = "2710\r\n" + "x".repeat(10_000) + "\r\n";
        String answer = server.raw("POST /rerank HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                + chunk.repeat(11) + "0\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 413").contains("x-request-id");
        assertStillServes();
    }

    @Test
    void aBodyThatDoesNotComeIsGivenUp() throws Exception {
        try (Socket socket = server.socket()) {
            socket.getOutputStream().write((head(500) + "\r\n{\"query\"").getBytes(StandardCharsets.UTF_8));
            assertThat(Running.readAll(socket)).startsWith("HTTP/1.1 408").contains("did not come in time");
        }
        assertStillServes();
    }

    @Test
    void aConnectionThatSaysNothingIsClosed() throws Exception {
        try (Socket socket = server.socket()) {
            assertThat(Running.readAll(socket)).isEmpty();
        }
        try (Socket socket = server.socket()) { // half a head
            socket.getOutputStream().write("POST /v2/rerank HTTP/1.1\r\nHo".getBytes(StandardCharsets.UTF_8));
            assertThat(Running.readAll(socket)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"nonsense~~ | 400", "GET  / HTTP/9.x~~ | 400", "GET /LONG HTTP/1.1~Host: x~~ | 431"})
    void whatIsNoHttpIsRefused(String request, int status) throws Exception {
        String bytes = request.replace("~", "\r\n").replace("LONG", "x".repeat(20_000));
        assertThat(server.raw(bytes)).startsWith("HTTP/1.1 " + status);
        assertStillServes();
    }

    @Test
    void whatIsNoUtf8IsMalformed() throws Exception {
        byte[] latin = "{\"query\":\"d\u00e9j\u00e0\",\"documents\":[\"b\"]}".getBytes(StandardCharsets.ISO_8859_1);
        Running.Answer answer = server.post("/v2/rerank", latin);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("message").asString()).contains("not valid JSON");
        byte[] nested = ("{\"query\":" + "[".repeat(5000) + "]".repeat(5000) + "}").getBytes(StandardCharsets.UTF_8);
        assertThat(server.post("/v2/rerank", nested).status()).isEqualTo(400);
    }

    @Test
    void anyTextIsScored() throws Exception {
        String odd = "{\"query\":\"\\ud83d \\u0000 \\ufffe\",\"texts\":[\"\\udc00\",\"\",\"\uD83D\uDE00\"],"
                + "\"return_text\":true}";
        Running.Answer answer = server.post("/rerank", odd);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().size()).isEqualTo(3);
    }

    @Test
    void requestsInARowOnOneConnectionAreAnsweredInTheirOrder() throws Exception {
        String one = head(BODY.length()) + "X-Request-Id: first\r\n\r\n" + BODY;
        String two = head(BODY.length()) + "X-Request-Id: second\r\nConnection: close\r\n\r\n" + BODY;
        String answers = server.raw(one + two);
        assertThat(answers.indexOf("x-request-id: first"))
                .isPositive()
                .isLessThan(answers.indexOf("x-request-id: second"));
    }

    @Test
    void bodiesTogetherAreBounded() throws Exception {
        try (Socket a = server.socket();
                Socket b = server.socket();
                Socket c = server.socket();
                Socket d = server.socket()) {
            byte[] most = (head(MOST_BYTES) + "\r\n" + "x".repeat(MOST_BYTES - 10)).getBytes(StandardCharsets.UTF_8);
            for (Socket socket : new Socket[] {a, b, c}) {
                OutputStream out = socket.getOutputStream();
                out.write(most);
                out.flush();
            }
            while (server.metric("juxta_body_bytes") < 2.9 * MOST_BYTES) {
                Thread.sleep(5);
            }
            d.getOutputStream().write(most);
            assertThat(Running.readAll(d)).startsWith("HTTP/1.1 429").containsIgnoringCase("retry-after: 1");
        }
        while (server.metric("juxta_body_bytes") > 0) {
            Thread.sleep(5);
        }
        assertStillServes();
    }
}
