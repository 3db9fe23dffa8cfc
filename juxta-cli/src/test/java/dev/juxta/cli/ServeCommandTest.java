package dev.juxta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.cli.Cli.Result;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** {@code juxta serve}: its start, its end, its configuration. */
@Timeout(120)
class ServeCommandTest {

    private static final String BODY = "{\"query\":\"a\",\"documents\":[\"b\",\"c\"]}";
    private static final Pattern LISTENING = Pattern.compile("listening on (https?)://127\\.0\\.0\\.1:([0-9]+)");

    /** A value of each option that is not its default. An option without one fails the test that walks all. */
    private static final Map<String, String> VALUES = Map.ofEntries(
            Map.entry("--model", "small=owner/name embedded"),
            Map.entry("--host", "0.0.0.0"),
            Map.entry("--port", "8181"),
            Map.entry("--tls-cert", "chain.pem"),
            Map.entry("--tls-key", "key.pem"),
            Map.entry("--tls-password", "sesame"),
            Map.entry("--cors-origin", "https://a.example https://b.example"),
            Map.entry("--api-key", "one two"),
            Map.entry("--admin-key", "three"),
            Map.entry("--dialect", "jina"),
            Map.entry("--strict-models", "true"),
            Map.entry("--slice-tokens", "256"),
            Map.entry("--max-queue-tokens", "1000"),
            Map.entry("--max-documents", "7"),
            Map.entry("--max-body", "3"),
            Map.entry("--max-connections", "9"),
            Map.entry("--request-timeout", "5s"),
            Map.entry("--body-timeout", "6s"),
            Map.entry("--idle-timeout", "7s"),
            Map.entry("--log-texts", "true"),
            Map.entry("--drain-time", "8s"),
            Map.entry("--access-log", "none"),
            Map.entry("--revision", "v2"),
            Map.entry("--offline", "true"),
            Map.entry("--max-length", "64"),
            Map.entry("--activation", "identity"),
            Map.entry("--prompt", "a text"),
            Map.entry("--prompt-name", "query"),
            Map.entry("--on-long", "chunk"),
            Map.entry("--threads", "3"),
            Map.entry("--batch-tokens", "512"),
            Map.entry("--precision", "auto"),
            Map.entry("--engine", "reference"));

    /** The command in a thread of this program. */
    private static final class Serving implements AutoCloseable {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream err = new ByteArrayOutputStream();
        private final CompletableFuture<Integer> code = new CompletableFuture<>();
        private final Thread thread;

        Serving(Map<String, String> environment, String... options) {
            List<String> arguments =
                    new ArrayList<>(List.of("serve", "--port", "0", "--engine", "reference", "--threads", "1"));
            arguments.addAll(List.of(options));
            thread = new Thread(() -> code.complete(Main.run(
                    arguments.toArray(String[]::new),
                    new ByteArrayInputStream(new byte[0]),
                    out,
                    new PrintStream(err, true, StandardCharsets.UTF_8),
                    environment)));
            thread.start();
        }

        String told() {
            return err.toString(StandardCharsets.UTF_8);
        }

        String logged() {
            return out.toString(StandardCharsets.UTF_8);
        }

        URI uri(String path) throws InterruptedException {
            Matcher listening = LISTENING.matcher(told());
            while (!listening.find()) {
                assertThat(thread.isAlive()).as(told()).isTrue();
                Thread.sleep(20);
                listening = LISTENING.matcher(told());
            }
            return URI.create(listening.group(1) + "://127.0.0.1:" + listening.group(2) + path);
        }

        @Override
        public void close() {
            thread.interrupt();
            code.join();
        }
    }

    private static HttpResponse<String> ask(URI uri, String body) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString(body)).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    private static CommandLine parsed(Map<String, String> environment, String... arguments) {
        Session session = Session.of(
                new ByteArrayInputStream(new byte[0]),
                new ByteArrayOutputStream(),
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                environment);
        CommandLine juxta = JuxtaCommand.create(session);
        return juxta.parseArgs(arguments).asCommandLineList().get(1);
    }

    /** The environment and the command line say the same thing alike, and neither is the default. */
    @Test
    void everyOptionIsAVariableToo() {
        CommandLine plain = parsed(Map.of(), "serve");
        List<OptionSpec> options = plain.getCommandSpec().options().stream()
                .filter(option -> !option.usageHelp() && !option.versionHelp())
                .toList();
        assertThat(VALUES.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        options.stream().map(OptionSpec::longestName).toList());
        Map<String, String> environment = new HashMap<>();
        List<String> line = new ArrayList<>(List.of("serve"));
        VALUES.forEach((name, value) -> {
            environment.put("JUXTA_" + name.substring(2).replace('-', '_').toUpperCase(Locale.ROOT), value);
            line.add(name + "=" + value);
        });
        CommandLine byVariable = parsed(environment, "serve");
        CommandLine byOption = parsed(Map.of(), line.toArray(String[]::new));
        CommandLine both = parsed(environment, "serve", "--max-documents", "11");
        for (String name : VALUES.keySet()) {
            assertThat(value(byVariable, name))
                    .as(name)
                    .isEqualTo(value(byOption, name))
                    .isNotEqualTo(value(plain, name));
        }
        assertThat(value(both, "--max-documents")).isEqualTo(11); // the line goes before
    }

    private static Object value(CommandLine command, String option) {
        Object value = command.getCommandSpec().findOption(option).getValue();
        return value == null ? "" : value;
    }

    @Test
    void servesUntilItsEndAndHidesSecrets() throws Exception {
        Map<String, String> environment =
                Map.of("JUXTA_ADMIN_KEY", "boss-1234", "JUXTA_API_KEY", "user-5678 user-9999");
        URI uri;
        try (Serving serving = new Serving(environment, "--model", "tiny=" + Cli.golden("bert-tiny-1label"))) {
            uri = serving.uri("/v2/rerank");
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .header("Authorization", "Bearer user-9999")
                    .POST(BodyPublishers.ofString(BODY))
                    .build();
            HttpResponse<String> answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(ask(uri, BODY).statusCode()).isEqualTo(401);
            assertThat(serving.told())
                    .contains("tiny from", "bert", "keys 2 (hidden)", "admin keys 1 (hidden)")
                    .doesNotContain("boss-1234", "user-5678", "user-9999");
            assertThat(serving.logged().lines()).hasSize(2).allMatch(line -> line.startsWith("{\"time\":"));
            assertThat(serving.logged()).doesNotContain("user-9999");
        }
        Assertions.assertThatThrownBy(() -> ask(uri, BODY)).isInstanceOf(ConnectException.class);
    }

    /** SIGTERM: what is under way is answered, what comes is refused, the exit code is the signal's. */
    @Test
    void aSignalEndsItAfterWhatIsUnderWay(@TempDir Path folder) throws Exception {
        Path told = folder.resolve("err");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.juxta.cli.Main",
                        "serve",
                        "--port",
                        "0",
                        "--engine",
                        "reference",
                        "--threads",
                        "1",
                        "--slice-tokens",
                        "64",
                        "--access-log",
                        "none",
                        "--model",
                        Cli.golden("bert-tiny-1label"))
                .redirectError(told.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        try {
            Matcher listening = LISTENING.matcher("");
            while (!listening.find()) {
                assertThat(process.isAlive()).as(Files.readString(told)).isTrue();
                Thread.sleep(20);
                listening = LISTENING.matcher(Files.readString(told));
            }
            URI uri = URI.create("http://127.0.0.1:" + listening.group(2) + "/v2/rerank");
            String many = "{\"query\":\"a\",\"documents\":[" + "\"one word and two\",".repeat(4999) + "\"last\"]}";
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .POST(BodyPublishers.ofString(many))
                    .build();
            CompletableFuture<HttpResponse<String>> underWay =
                    HttpClient.newHttpClient().sendAsync(request, BodyHandlers.ofString());
            while (!ask(uri.resolve("/juxta/v1/rank"), "{").body().contains("kind")
                    || !metrics(uri)
                            .contains("juxta_queue_requests{model=\"" + Cli.golden("bert-tiny-1label") + "\"} 1")) {
                assertThat(underWay).isNotDone();
            }
            process.destroy();
            assertThat(underWay.join().statusCode()).isEqualTo(200);
            assertThat(process.waitFor()).isEqualTo(143);
            assertThat(Files.readString(told)).endsWith("juxta: ended\n").doesNotContain("Exception");
        } finally {
            process.destroyForcibly();
        }
    }

    private static String metrics(URI uri) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri.resolve("/metrics")).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }

    @Test
    void aPortThatIsTakenIsToldOf() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            Result result = Cli.PLAIN.run(
                    "serve", "--port", port, "--engine", "reference", "--model", Cli.golden("bert-tiny-1label"));
            assertThat(result.code()).isEqualTo(1);
            assertThat(result.err().lines()).hasSize(1);
            assertThat(result.err())
                    .startsWith("juxta: cannot listen on 127.0.0.1:" + port + ": ")
                    .contains("in use");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--port 65536                   | 2 | 65536",
                "--port -1                      | 2 | -1",
                "--port http                    | 2 | 'http'",
                "--dialect openai               | 2 | \"openai\" is not one of the dialects",
                "--tls-cert a.pem               | 2 | --tls-cert and --tls-key go together",
                "--tls-cert no.pem --tls-key k  | 1 | the certificate \"no.pem\" is not there",
                "--max-body 4096                | 2 | at most 2047 MiB",
                "--max-body 0                   | 2 | \"0\" is not a whole number from 1",
                "--request-timeout 5            | 2 | \"5\" is not a time above 0",
                "--drain-time never             | 2 | \"never\" is not a time",
                "--on-long skip                 | 2 | one of truncate, chunk, fail",
                "--model a=MODEL --model a=MODEL| 2 | names \"a\" twice",
                "--model fast=embedded-fast     | 2 | chooses among all documents of a request",
                "--model  /no/such/folder       | 1 | /no/such/folder",
                "--host no.such.host.invalid --model MODEL | 1 | cannot listen on no.such.host.invalid",
                "--access-log FOLDER --model MODEL | 1 | is a directory",
                "--prompt a --prompt-name b     | 2 | give one of them",
                "--prompt-name nothing --model MODEL | 2 | \"nothing\" is not among the prompts",
                "--nonsense                     | 2 | there is no option \"--nonsense\""
            })
    void badValuesAreOneSentence(String options, int code, String says, @TempDir Path folder) {
        List<String> arguments = new ArrayList<>(List.of("serve"));
        for (String part : options.trim().split(" +", -1)) {
            arguments.add(part.replace("MODEL", Cli.golden("bert-tiny-1label")).replace("FOLDER", folder.toString()));
        }
        if (!options.contains("--model")) {
            arguments.addAll(List.of("--model", Cli.golden("bert-tiny-1label")));
        }
        if (!options.contains("--port")) {
            arguments.addAll(List.of("--port", "0"));
        }
        arguments.add("--offline");
        Result result = Cli.PLAIN.run(arguments.toArray(String[]::new));
        assertThat(result.err()).contains(says);
        assertThat(result.code()).as(result.err()).isEqualTo(code);
        assertThat(result.err().lines()).hasSize(1);
        assertThat(result.out()).isEmpty();
    }

    @Test
    void aBadVariableIsToldOfAsItsOption() {
        Result result = Cli.PLAIN.with("JUXTA_MAX_DOCUMENTS", "many").run("serve");
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("--max-documents", "\"many\"");
    }
}
