package dev.juxta.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.juxta.checkpoint.HubCache;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A hub on this machine, and the other server that keeps its large files; both can be told to misbehave. */
public final class LocalHub implements AutoCloseable {

    public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    public static final String ID = "owner/name";

    /** What a server does instead of answering; each is used up by one request. */
    public interface Fault {
        void answer(HttpExchange exchange, byte[] content) throws IOException;
    }

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer hub;
    private final HttpServer store;
    private final Map<String, byte[]> files = new TreeMap<>();
    private final Map<String, Deque<Fault>> faults = new ConcurrentHashMap<>();
    private final Map<String, String> etags = new ConcurrentHashMap<>();
    private final Map<String, Long> sizes = new ConcurrentHashMap<>();

    /** "METHOD path range authorization" of each request to the hub, and to the store of large files. */
    public final List<String> hubRequests = new CopyOnWriteArrayList<>();

    public final List<String> storeRequests = new CopyOnWriteArrayList<>();

    public LocalHub() throws IOException {
        hub = start(this::answerHub);
        store = start(this::answerStore);
    }

    private HttpServer start(HttpHandler handler) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                handler.handle(exchange);
            }
        });
        server.setExecutor(threads);
        server.start();
        return server;
    }

    public LocalHub with(String name, String content) {
        return with(name, content.getBytes(StandardCharsets.UTF_8));
    }

    public LocalHub with(String name, byte[] content) {
        files.put(name, content);
        return this;
    }

    /** All files of a folder. */
    public LocalHub withFolder(Path folder) throws IOException {
        try (var all = Files.list(folder)) {
            for (Path file : all.toList()) {
                with(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return this;
    }

    /** Faults of the next requests whose path ends so: of GETs to the store for large files, else to the hub. */
    public LocalHub failing(String path, Fault... next) {
        faults.computeIfAbsent(path, key -> new ArrayDeque<>()).addAll(List.of(next));
        return this;
    }

    LocalHub lyingAboutEtag(String name, String etag) {
        etags.put(name, etag);
        return this;
    }

    LocalHub lyingAboutSize(String name, long size) {
        sizes.put(name, size);
        return this;
    }

    public static Fault status(int status, String... headers) {
        return (exchange, content) -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(status, -1);
        };
    }

    /** The connection is cut when so many bytes of what was asked for have been sent. */
    public static Fault cutAfter(int bytes) {
        return (exchange, content) -> sendPart(exchange, content, bytes);
    }

    public static Fault hangAfter(int bytes) {
        return (exchange, content) -> {
            int from = from(exchange);
            exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
            exchange.getResponseBody().write(content, from, bytes);
            exchange.getResponseBody().flush();
            sleep();
        };
    }

    public static Fault hang() {
        return (exchange, content) -> sleep();
    }

    public static Fault wrongBytes() {
        return (exchange, content) -> {
            byte[] wrong = content.clone();
            wrong[wrong.length / 2] ^= 1;
            send(exchange, wrong);
        };
    }

    public static Fault wholeDespiteRange() {
        return (exchange, content) -> {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
        };
    }

    private static void sleep() {
        try {
            Thread.sleep(20_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public URI address() {
        return URI.create("http://localhost:" + hub.getAddress().getPort());
    }

    HubSettings settings(Path cache) {
        return settings(cache, Optional.of("hf_secret"));
    }

    HubSettings settings(Path cache, Optional<String> token) {
        return new HubSettings(
                address(),
                new HubCache(cache),
                token,
                false,
                true,
                Duration.ofMillis(600),
                3,
                Duration.ofMillis(5),
                new EnvironmentProxies(Map.of(), List.of("*")),
                folder -> Long.MAX_VALUE);
    }

    ModelStore store(Path cache) {
        return new ModelStore(settings(cache));
    }

    private static String describe(HttpExchange exchange) {
        return exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath() + " "
                + exchange.getRequestHeaders().getFirst("Range") + " "
                + exchange.getRequestHeaders().getFirst("Authorization");
    }

    private boolean failed(HttpExchange exchange, String path, byte[] content) throws IOException {
        for (Map.Entry<String, Deque<Fault>> fault : faults.entrySet()) {
            boolean mine = path.startsWith("HEAD ") ? path.equals(fault.getKey()) : path.endsWith(fault.getKey());
            if (mine) {
                Fault next;
                synchronized (fault.getValue()) {
                    next = fault.getValue().poll();
                }
                if (next != null) {
                    next.answer(exchange, content);
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isLarge(String name) {
        return name.endsWith(".safetensors") || name.endsWith(".bin") || name.endsWith(".model");
    }

    private void answerHub(HttpExchange exchange) throws IOException {
        hubRequests.add(describe(exchange));
        String path = exchange.getRequestURI().getPath().replace("/resolve/main/", "/resolve/" + COMMIT + "/");
        String resolve = "/" + ID + "/resolve/" + COMMIT + "/";
        if (path.startsWith(resolve)) {
            answerFile(exchange, path.substring(resolve.length()));
        } else if (!failed(exchange, path, new byte[0])) {
            if (path.equals("/api/models/" + ID + "/revision/main")
                    || path.equals("/api/models/" + ID + "/revision/refs/pr/1")) {
                send(exchange, listing().getBytes(StandardCharsets.UTF_8));
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private String listing() {
        StringBuilder json = new StringBuilder("{\"sha\":\"" + COMMIT + "\",\"siblings\":[");
        for (String name : files.keySet()) {
            json.append(json.charAt(json.length() - 1) == '[' ? "" : ",")
                    .append("{\"rfilename\":\"")
                    .append(name)
                    .append("\"}");
        }
        return json.append("]}").toString();
    }

    private void answerFile(HttpExchange exchange, String name) throws IOException {
        byte[] content = files.get(name);
        exchange.getResponseHeaders().set("X-Repo-Commit", COMMIT);
        if (content == null) {
            exchange.getResponseHeaders().set("X-Error-Code", "EntryNotFound");
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (isLarge(name)) {
            if (head && failed(exchange, "HEAD " + name, content)) {
                return;
            }
            exchange.getResponseHeaders().set("X-Linked-Etag", "\"" + etag(name, content) + "\"");
            exchange.getResponseHeaders()
                    .set("X-Linked-Size", Long.toString(sizes.getOrDefault(name, (long) content.length)));
            exchange.getResponseHeaders()
                    .set("Location", "http://localhost:" + store.getAddress().getPort() + "/" + name + "?signature=1");
            exchange.sendResponseHeaders(302, -1);
        } else {
            exchange.getResponseHeaders().set("ETag", "W/\"" + etag(name, content) + "\"");
            if (head) {
                exchange.getResponseHeaders()
                        .set("Content-Length", Long.toString(sizes.getOrDefault(name, (long) content.length)));
                exchange.sendResponseHeaders(200, -1);
            } else if (!failed(exchange, name, content)) {
                send(exchange, content);
            }
        }
    }

    private String etag(String name, byte[] content) throws IOException {
        if (etags.containsKey(name)) {
            return etags.get(name);
        }
        Path file = Files.createTempFile("hub", "");
        Files.write(file, content);
        String hash = isLarge(name) ? ContentHash.sha256(file) : ContentHash.gitSha1(file);
        Files.delete(file);
        return hash;
    }

    private void answerStore(HttpExchange exchange) throws IOException {
        storeRequests.add(describe(exchange));
        String name = exchange.getRequestURI().getPath().substring(1);
        byte[] content = files.get(name);
        if (content == null) {
            exchange.sendResponseHeaders(404, -1);
        } else if (!failed(exchange, name, content)) {
            send(exchange, content);
        }
    }

    private static int from(HttpExchange exchange) {
        String range = exchange.getRequestHeaders().getFirst("Range");
        return range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
    }

    private static void send(HttpExchange exchange, byte[] content) throws IOException {
        sendPart(exchange, content, Integer.MAX_VALUE);
    }

    private static void sendPart(HttpExchange exchange, byte[] content, int bytes) throws IOException {
        int from = from(exchange);
        if (from >= content.length && from > 0) {
            exchange.sendResponseHeaders(416, -1);
            return;
        }
        if (from > 0) {
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
        byte[] part = Arrays.copyOfRange(content, from, (int) Math.min(content.length, (long) from + bytes));
        OutputStream body = exchange.getResponseBody();
        body.write(part);
        body.flush();
    }

    @Override
    public void close() {
        hub.stop(0);
        store.stop(0);
        threads.shutdownNow();
    }
}
