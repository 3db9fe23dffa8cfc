package dev.juxta.hub;

import dev.juxta.hub.HubException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Requests to a hub: tried again where that can help, redirected by hand so that the token goes to no other host, and
 * with answers that say what is wrong.
 */
final class HubHttp {

    private static final Set<Integer> WORTH_ANOTHER_TRY = Set.of(408, 429, 500, 502, 503, 504);
    private static final int MOST_REDIRECTS = 5;
    private static final int LARGEST_ANSWER = 64 << 20;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

    private final HubSettings settings;
    private final HttpClient client;

    HubHttp(HubSettings settings) {
        this.settings = settings;
        this.client = HttpClient.newBuilder()
                .version(Version.HTTP_1_1)
                .followRedirects(Redirect.NEVER)
                .connectTimeout(settings.timeout())
                .proxy(settings.proxies().selector())
                .build();
    }

    /**
     * What is asked for.
     *
     * @param head whether only its headers are wanted; then a redirect to another host is the answer, not followed
     * @param address where it is
     * @param from the first byte that is wanted
     * @param model whom a refusal concerns
     */
    record Request(boolean head, URI address, long from, Subject model) {}

    /**
     * What came.
     *
     * @param status 200 and so on
     * @param headers which are all here
     * @param body which may be cut yet
     */
    record Answer(int status, HttpHeaders headers, InputStream body) {}

    /**
     * Whom a request concerns, for messages.
     *
     * @param id the model
     * @param revision branch, tag or commit
     */
    record Subject(String id, String revision) {}

    /** Where nothing answers at all, there is mostly no network, and waiting for it helps nobody. */
    private static final int CONNECTION_ATTEMPTS = 2;

    /** Makes a request until it is answered; the caller closes the body. */
    Answer send(Request request) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                Answer answer = sendOnce(request);
                boolean again = WORTH_ANOTHER_TRY.contains(answer.status());
                if (!again || attempt >= settings.attempts()) {
                    return checked(request, answer);
                }
                answer.body().close();
                pause(attempt, retryAfter(answer));
            } catch (HubException | InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                int attempts = e instanceof ConnectException
                        ? Math.min(CONNECTION_ATTEMPTS, settings.attempts())
                        : settings.attempts();
                if (attempt >= attempts || Thread.currentThread().isInterrupted()) {
                    throw unreachable(request, e);
                }
                pause(attempt, OptionalLong.empty());
            }
        }
    }

    /** Reads a small answer whole. */
    byte[] read(Request request) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try (InputStream body = send(request).body()) {
                byte[] answer = body.readNBytes(LARGEST_ANSWER + 1);
                if (answer.length > LARGEST_ANSWER) {
                    throw new HubException(
                            Reason.UNREACHABLE,
                            request.address + " answers with more than " + LARGEST_ANSWER
                                    + " bytes; check HF_ENDPOINT");
                }
                return answer;
            } catch (HubException | InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                if (attempt >= settings.attempts()) {
                    throw unreachable(request, e);
                }
                pause(attempt, OptionalLong.empty());
            }
        }
    }

    private static HubException unreachable(Request request, IOException e) {
        URI address = request.address;
        return new HubException(
                Reason.UNREACHABLE,
                "\"" + request.model.id() + "\" cannot be fetched, as " + address.getScheme() + "://"
                        + address.getAuthority() + " cannot be reached (" + reason(e)
                        + "); check the network and the proxy settings, or load the model from a directory",
                e);
    }

    private static String reason(IOException e) {
        String kind = e.getClass().getSimpleName().replaceFirst("Exception$", "");
        return e.getMessage() == null ? kind : e.getMessage();
    }

    /** One request, without trying again. */
    private Answer sendOnce(Request request) throws IOException {
        URI address = request.address;
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            Answer answer = exchange(httpRequest(request, address));
            Optional<String> location = answer.headers().firstValue("Location");
            if (answer.status() / 100 != 3 || location.isEmpty()) {
                return answer;
            }
            URI next = resolve(address, location.get());
            if (request.head && !isSameHost(address, next)) {
                return answer;
            }
            answer.body().close();
            address = next;
        }
        throw new HubException(
                Reason.UNREACHABLE,
                request.address + " redirects more than " + MOST_REDIRECTS + " times; check HF_ENDPOINT");
    }

    private HttpRequest httpRequest(Request request, URI address) throws HubException {
        HttpRequest.Builder builder = HttpRequest.newBuilder(address)
                .timeout(settings.timeout())
                .header("User-Agent", "juxta")
                .header("Accept-Encoding", "identity")
                .method(request.head ? "HEAD" : "GET", HttpRequest.BodyPublishers.noBody());
        if (isSameHost(settings.endpoint(), address) && settings.token().isPresent()) {
            authorize(builder, settings.token().get());
        }
        settings.proxies().authorization(address).ifPresent(user -> builder.header("Proxy-Authorization", user));
        if (request.from > 0) {
            builder.header("Range", "bytes=" + request.from + "-");
        }
        return builder.build();
    }

    private static void authorize(HttpRequest.Builder builder, String token) throws HubException {
        try {
            builder.header("Authorization", "Bearer " + token);
        } catch (IllegalArgumentException e) {
            throw new HubException(
                    Reason.FORBIDDEN, "The token of HF_TOKEN has characters that no token has; copy it again", e);
        }
    }

    /** A cut right behind the headers is the body's matter: to the JDK's own answer it happens before or after. */
    private Answer exchange(HttpRequest request) throws IOException {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        CompletableFuture<?> ended = client.sendAsync(request, info -> {
                    ResponseBody body = new ResponseBody(settings.timeout());
                    answer.complete(new Answer(info.statusCode(), info.headers(), body));
                    return body;
                })
                .whenComplete((response, failure) -> {
                    if (failure != null) {
                        answer.completeExceptionally(failure);
                    }
                });
        try {
            return answer.get();
        } catch (InterruptedException e) {
            ended.cancel(true);
            throw interrupted();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException known ? known : new IOException(e.getCause());
        }
    }

    private static URI resolve(URI address, String location) throws HubException {
        try {
            URI next = address.resolve(location);
            if (next.getHost() != null && ("https".equals(next.getScheme()) || "http".equals(next.getScheme()))) {
                return next;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new HubException(Reason.UNREACHABLE, address + " redirects to \"" + location + "\", which is no address");
    }

    static boolean isSameHost(URI first, URI second) {
        return String.valueOf(first.getScheme()).equals(second.getScheme())
                && String.valueOf(first.getHost()).equalsIgnoreCase(second.getHost())
                && first.getPort() == second.getPort();
    }

    private static OptionalLong retryAfter(Answer answer) {
        String text = answer.headers().firstValue("Retry-After").orElse("");
        return text.matches("\\d{1,6}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }

    /** Waits before the next attempt: as long as the hub asks for, within a minute, or twice as long as before. */
    void pause(int attempt, OptionalLong seconds) throws InterruptedIOException {
        Duration doubled = settings.pause().multipliedBy(1L << Math.min(attempt - 1, 10));
        Duration asked = seconds.isPresent() ? Duration.ofSeconds(seconds.getAsLong()) : doubled;
        try {
            Thread.sleep(asked.compareTo(LONGEST_PAUSE) < 0 ? asked.toMillis() : LONGEST_PAUSE.toMillis());
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /** What tells a caller that its thread was interrupted, which stays so. */
    static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("The download was interrupted");
    }

    private Answer checked(Request request, Answer answer) throws IOException {
        int status = answer.status();
        boolean redirected = request.head && status / 100 == 3;
        boolean rangeRefused = status == 416 && request.from > 0;
        if (status / 100 == 2 || redirected || rangeRefused) {
            return answer;
        }
        answer.body().close();
        throw Refusals.explain(settings, request, status, answer.headers());
    }
}
