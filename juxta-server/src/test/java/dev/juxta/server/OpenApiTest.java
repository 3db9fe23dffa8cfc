package dev.juxta.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.juxta.server.dialect.Dialects;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The descriptions at {@code /openapi/NAME.json} say what the server does. */
@TestInstance(Lifecycle.PER_CLASS)
class OpenApiTest {

    private static final List<String> WRONG_BODIES = List.of(
            "",
            "{",
            "[]",
            "\"text\"",
            "{}",
            "{\"query\":1}",
            "{\"query\":\"q\"}",
            "{\"query\":\"q\",\"documents\":[]}",
            "{\"query\":\"q\",\"documents\":[1]}",
            "{\"query\":\"q\",\"texts\":{}}",
            "{\"query\":\"q\",\"documents\":[\"d\"],\"top_n\":-1,\"top_k\":-1,\"texts\":[1]}",
            "{\"inputs\":1}",
            "{\"text_1\":[],\"text_2\":\"a\"}");

    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private Running server;

    @BeforeAll
    void start() throws IOException {
        server = Running.tiny();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    /** An operation of a description. */
    private record Operation(String base, String path, String method, JsonNode node, JsonNode problem) {

        boolean post() {
            return method.equals("post");
        }

        JsonNode example() {
            return node.at("/requestBody/content/application~1json/example");
        }

        @Override
        public String toString() {
            return method + " " + base + path;
        }
    }

    private List<Operation> operations() throws IOException, InterruptedException {
        List<Operation> operations = new ArrayList<>();
        for (String name : Dialects.names()) {
            Running.Answer answer = server.get("/openapi/" + name + ".json");
            assertThat(answer.status()).as(name).isEqualTo(200);
            JsonNode document = answer.json();
            String base = document.at("/servers/0/url").asString();
            for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
                for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                    operations.add(new Operation(
                            base.equals("/") ? "" : base,
                            path.getKey(),
                            method.getKey(),
                            method.getValue(),
                            document.at("/components/schemas/Problem")));
                }
            }
        }
        return operations;
    }

    @ParameterizedTest
    @MethodSource("operations")
    void theExampleIsAnsweredAsDescribed(Operation operation) throws Exception {
        Running.Answer answer = operation.post()
                ? server.post(
                        operation.base() + operation.path(),
                        operation.example().toString(),
                        "content-type",
                        "application/json",
                        "x-juxta-detail",
                        "1")
                : server.get(operation.base() + operation.path());
        if (operation.path().equals("/embed")) { // what is served is no bi-encoder
            assertThat(answer.status()).isEqualTo(424);
            assertValid(operation.problem(), answer.text());
            return;
        }
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertValid(operation.node().at("/responses/200/content/application~1json/schema"), answer.text());
        operation
                .node()
                .at("/responses/200/headers")
                .propertyNames()
                .forEach(header -> assertThat(answer.header(header)).as(header).isNotEmpty());
    }

    @ParameterizedTest
    @MethodSource("operations")
    void whatIsWrongIsRefusedAsDescribed(Operation operation) throws Exception {
        if (!operation.post()) {
            return;
        }
        for (String body : WRONG_BODIES) {
            Running.Answer answer =
                    server.post(operation.base() + operation.path(), body, "content-type", "application/json");
            assertThat(answer.status()).as(body).isBetween(400, 499);
            assertThat(operation.node().get("responses").has(String.valueOf(answer.status())))
                    .as("%s is described, which %s has got", answer.status(), body)
                    .isTrue();
            assertValid(operation.problem(), answer.text());
        }
    }

    private static void assertValid(JsonNode schema, String json) {
        assertThat(schema.isObject()).isTrue();
        List<Error> errors = SCHEMAS.getSchema(schema.toString()).validate(json, InputFormat.JSON);
        assertThat(errors).as(json).isEmpty();
    }

    @Test
    void thePlaygroundLoadsNothingFromElsewhere() throws Exception {
        Running.Answer page = server.get("/");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("content-type")).startsWith("text/html");
        assertThat(page.header("content-security-policy")).contains("default-src 'self'");
        List<String> named = new ArrayList<>();
        Matcher links = Pattern.compile("(?:src|href)=\"([^\"#]+)\"").matcher(page.text());
        while (links.find()) {
            named.add(links.group(1));
        }
        assertThat(named).hasSizeGreaterThan(3).allMatch(link -> link.startsWith("/"));
        for (String link : named) {
            assertThat(server.get(link).status()).as(link).isEqualTo(200);
        }
    }
}
