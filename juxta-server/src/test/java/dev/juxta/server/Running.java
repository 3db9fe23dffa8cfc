package dev.juxta.server;

import dev.juxta.Goldens;
import dev.juxta.LoadOptions;
import dev.juxta.LongInput;
import dev.juxta.Prompt;
import dev.juxta.ScoringModel;
import dev.juxta.server.ServerOptions.Access;
import dev.juxta.server.ServerOptions.ModelSource;
import dev.juxta.server.ServerOptions.WorkLimits;
import dev.juxta.server.http.Endpoint;
import dev.juxta.server.http.HttpLimits;
import dev.juxta.server.model.Models;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real server on a port of its own, with tiny models of random weights, and clients for it. */
final class Running implements AutoCloseable {

    static final JsonMapper JSON = new JsonMapper();

    /** One label, 64 tokens. */
    static final String TINY = "bert-tiny-1label";

    final Queue<String> accessLog = new ConcurrentLinkedQueue<>();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Server server;

    private Running(ServerOptions options, Models.Loader loader) throws IOException {
        server = Server.start(options, loader, accessLog::add);
    }

    static ScoringModel load(String name) throws IOException {
        LoadOptions options = LoadOptions.defaults().withEngine("reference").withThreads(2);
        return ScoringModel.load(Goldens.folder(name), options);
    }

    /** With some of the options changed. */
    static Running with(UnaryOperator<Options> change) throws IOException {
        return with(change, Running::load);
    }

    /** With some of the options changed, and models from elsewhere. */
    static Running with(UnaryOperator<Options> change, Models.Loader loader) throws IOException {
        return new Running(change.apply(Options.tiny()).options(), loader);
    }

    static Running tiny() throws IOException {
        return with(options -> options);
    }

    /** Options that tests change. */
    record Options(
            Endpoint endpoint,
            HttpLimits http,
            List<String> models,
            WorkLimits work,
            Access access,
            boolean strictModels,
            boolean logTexts) {

        static Options tiny() {
            return new Options(
                    Endpoint.loopback(0),
                    HttpLimits.defaults(),
                    List.of(TINY),
                    WorkLimits.defaults(),
                    Access.open(),
                    false,
                    false);
        }

        ServerOptions options() {
            return new ServerOptions(
                    endpoint,
                    http,
                    models.stream().map(name -> new ModelSource(name, name)).toList(),
                    work,
                    access,
                    Optional.empty(),
                    LongInput.TRUNCATE,
                    Prompt.modelDefault(),
                    strictModels,
                    logTexts,
                    "test");
        }

        Options endpoint(Endpoint other) {
            return new Options(other, http, models, work, access, strictModels, logTexts);
        }

        Options http(HttpLimits limits) {
            return new Options(endpoint, limits, models, work, access, strictModels, logTexts);
        }

        Options models(String... names) {
            return new Options(endpoint, http, List.of(names), work, access, strictModels, logTexts);
        }

        Options work(WorkLimits limits) {
            return new Options(endpoint, http, models, limits, access, strictModels, logTexts);
        }

        Options keys(List<String> keys, List<String> adminKeys) {
            return new Options(endpoint, http, models, work, new Access(keys, adminKeys), strictModels, logTexts);
        }

        Options strict() {
            return new Options(endpoint, http, models, work, access, true, logTexts);
        }

        Options loggingTexts() {
            return new Options(endpoint, http, models, work, access, strictModels, true);
        }
    }

    /** What came back. */
    record Answer(int status, HttpResponse<byte[]> response) {

        String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        JsonNode json() {
            return JSON.readTree(response.body());
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    Server server() {
        return server;
    }

    int port() {
        return server.port();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    Answer get(String path, String... headers) throws IOException, InterruptedException {
        return send(request(path, headers).GET().build());
    }

    Answer post(String path, String body, String... headers) throws IOException, InterruptedException {
        return post(path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    Answer post(String path, byte[] body, String... headers) throws IOException, InterruptedException {
        return send(
                request(path, headers).POST(BodyPublishers.ofByteArray(body)).build());
    }

    CompletableFuture<Answer> postLater(String path, String body, String... headers) {
        return client.sendAsync(
                        request(path, headers)
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofByteArray())
                .thenApply(response -> new Answer(response.statusCode(), response));
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(uri(path));
        return headers.length == 0 ? builder : builder.headers(headers);
    }

    Answer send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
        return new Answer(response.statusCode(), response);
    }

    /** Sends bytes as they are, and reads until the server closes. */
    String raw(String bytes) throws IOException {
        try (Socket socket = socket()) {
            OutputStream out = socket.getOutputStream();
            out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            return readAll(socket);
        }
    }

    static String readAll(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    Socket socket() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** A rerank body with so many documents of so many words. */
    static String documents(int count, int words) {
        String text = "word ".repeat(words).strip();
        String all = ("\"" + text + "\",").repeat(count);
        return "{\"query\":\"what is it\",\"documents\":[" + all.substring(0, all.length() - 1) + "]}";
    }

    /** The number that a metric has, over all labels. */
    double metric(String name) throws IOException, InterruptedException {
        return get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Override
    public void close() {
        server.close();
    }
}
