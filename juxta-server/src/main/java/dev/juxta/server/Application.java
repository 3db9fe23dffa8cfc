package dev.juxta.server;

import dev.juxta.TooLongException;
import dev.juxta.UnreadableTextException;
import dev.juxta.server.dialect.Answer;
import dev.juxta.server.dialect.Dialect;
import dev.juxta.server.dialect.Dialects;
import dev.juxta.server.dialect.Dialects.Candidate;
import dev.juxta.server.dialect.Fields;
import dev.juxta.server.dialect.Json;
import dev.juxta.server.dialect.Problem;
import dev.juxta.server.dialect.Problem.Kind;
import dev.juxta.server.dialect.Scored;
import dev.juxta.server.http.HttpHandler;
import dev.juxta.server.http.Reply;
import dev.juxta.server.http.Request;
import dev.juxta.server.metrics.Metrics;
import dev.juxta.server.queue.RejectedException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * The way of a request: probes and pages at once, all else through its dialect. What goes wrong becomes that dialect's
 * envelope; every answer has the request's id.
 */
final class Application implements HttpHandler {

    private static final Logger LOGGER = System.getLogger(Application.class.getName());

    /** The dialect of the envelope where no dialect has the path. */
    private static final String OWN = "juxta";

    private static final String PROBE = "probe";

    private final Conversation.Setting setting;
    private final ExecutorService pool;
    private final AccessLog log;
    private final Optional<String> preferred;
    private volatile boolean ready;

    /**
     * @param preferred the dialect of paths that several have
     */
    Application(Conversation.Setting setting, ExecutorService pool, AccessLog log, Optional<String> preferred) {
        this.setting = setting;
        this.pool = pool;
        this.log = log;
        this.preferred = preferred;
    }

    /** Whether it takes requests that cost something. */
    void ready(boolean isReady) {
        ready = isReady;
    }

    @Override
    public CompletionStage<Reply> handle(Request request) {
        long start = System.nanoTime();
        Trace trace = Trace.of(request);
        Optional<Reply> atOnce = probe(request).or(() -> page(request));
        if (atOnce.isPresent()) {
            Reply reply = withIdentity(atOnce.get(), trace);
            setting.metrics().answered(PROBE, reply.status(), System.nanoTime() - start);
            return CompletableFuture.completedFuture(reply);
        }
        Passage passage = new Passage(request, trace, start);
        pool.execute(passage::begin);
        return passage.reply;
    }

    /** Liveness, readiness and metrics never wait behind the queue. */
    private Optional<Reply> probe(Request request) {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return Optional.empty();
        }
        return switch (request.path()) {
            case "/livez", "/ping" -> Optional.of(status(200, "ok"));
            case "/readyz", "/health" -> Optional.of(ready ? status(200, "ok") : status(503, "unavailable"));
            case "/metrics" ->
                Optional.of(
                        Reply.of(200, Metrics.CONTENT_TYPE, setting.metrics().text()));
            default -> Optional.empty();
        };
    }

    private static Reply status(int code, String word) {
        return Reply.of(code, "application/json", Json.write(Json.object().put("status", word)));
    }

    private static Optional<Reply> page(Request request) {
        return request.method().equals("GET") || request.method().equals("HEAD")
                ? StaticFiles.find(request.path())
                : Optional.empty();
    }

    private static Reply withIdentity(Reply reply, Trace trace) {
        return reply.with(Map.of("x-request-id", trace.id(), "traceparent", trace.parent()));
    }

    @Override
    public Reply refuse(Refusal refusal, Request head) {
        Problem problem = switch (refusal) {
            case MALFORMED -> Problem.of(Kind.MALFORMED, "This is not HTTP/1.1, or its body is broken");
            case HEAD_TOO_LARGE -> Problem.of(Kind.HEAD_TOO_LARGE, "The request line or a header is too long");
            case BODY_TOO_LARGE -> Problem.of(Kind.BODY_TOO_LARGE, "The body is larger than this server takes");
            case BODY_TOO_SLOW -> Problem.of(Kind.BODY_TOO_SLOW, "The body did not come in time");
            case NO_MEMORY -> Problem.passing(Kind.OVERLOADED, "Too many bodies are under way; try again in 1 s", 1);
        };
        Trace trace = Trace.of(head);
        Dialect dialect = dialect(Dialects.candidates(head.path()), named(head));
        Reply reply = withIdentity(reply(dialect.problem(problem, trace.id()), problem), trace);
        tell(head, trace, "", dialect.name(), reply, 0, Optional.empty(), Optional.of(problem.sentence()));
        return reply;
    }

    private Optional<String> named(Request request) {
        return request.header("x-juxta-dialect")
                .map(name -> name.toLowerCase(Locale.ROOT))
                .or(() -> preferred);
    }

    /** The dialect of an envelope, before the body is known. */
    private static Dialect dialect(List<Candidate> candidates, Optional<String> named) {
        return Dialects.choose(candidates, named, new Fields(Json.object()))
                .map(Candidate::dialect)
                .orElseGet(() -> Dialects.named(OWN));
    }

    private static Reply reply(Answer answer, Problem problem) {
        Map<String, String> headers = new LinkedHashMap<>();
        problem.retryAfterSeconds().ifPresent(seconds -> headers.put("retry-after", String.valueOf(seconds)));
        if (problem.kind() == Kind.UNAUTHORIZED) {
            headers.put("www-authenticate", "Bearer");
        }
        return reply(answer).with(headers);
    }

    private static Reply reply(Answer answer) {
        return Reply.of(answer.status(), "application/json", Json.write(answer.body()))
                .with(answer.headers());
    }

    private void tell(
            Request request,
            Trace trace,
            String caller,
            String dialect,
            Reply reply,
            long nanos,
            Optional<Scored> scored,
            Optional<String> problem) {
        setting.metrics().answered(dialect, reply.status(), nanos);
        if (reply.status() == Kind.OVERLOADED.status()) {
            setting.metrics().rejected(dialect);
        }
        int length = reply.body().length;
        try {
            log.tell(new AccessLog.Entry(
                    request, trace, caller, dialect, reply.status(), length, nanos, scored, problem));
        } catch (RuntimeException e) { // a full disk, a closed pipe: the client gets its answer all the same
            LOGGER.log(Level.ERROR, "The access log cannot be written", e);
        }
    }

    /** A request on its way. */
    private final class Passage {
        private final Request request;
        private final Trace trace;
        private final long start;
        private final CompletableFuture<Reply> reply = new CompletableFuture<>();
        private String caller = "";
        private Dialect dialect = Dialects.named(OWN);
        private Optional<Conversation> conversation = Optional.empty();

        Passage(Request request, Trace trace, long start) {
            this.request = request;
            this.trace = trace;
            this.start = start;
        }

        void begin() {
            try {
                if (request.abandoned().isGone()) {
                    throw new CancellationException();
                }
                var unused = answer().thenApply(Application::reply).whenComplete((made, failure) -> {
                    if (failure == null) {
                        finish(made, Optional.empty());
                    } else {
                        fail(failure);
                    }
                });
            } catch (Throwable e) { // whatever it is, the client must hear of it and the thread live on
                fail(e);
            }
        }

        private CompletableFuture<Answer> answer() {
            List<Candidate> onPath = Dialects.candidates(request.path());
            Optional<String> named = named(request);
            dialect = Application.dialect(onPath, named);
            if (!ready) {
                throw Problem.passing(Kind.UNAVAILABLE, "The server is not ready, or about to end", 1);
            }
            if (onPath.isEmpty()) {
                throw Problem.of(Kind.NO_PATH, "There is nothing at " + request.path());
            }
            caller = setting.keys().caller(request);
            List<Candidate> ofMethod = onPath.stream()
                    .filter(candidate -> candidate.route().method().equals(request.method()))
                    .toList();
            if (ofMethod.isEmpty()) {
                String methods = onPath.stream()
                        .map(candidate -> candidate.route().method())
                        .distinct()
                        .collect(Collectors.joining(", "));
                throw Problem.of(
                        Kind.WRONG_METHOD,
                        request.path() + " is there for " + methods + ", not for " + request.method());
            }
            boolean hasBody = request.method().equals("POST");
            Fields body = hasBody ? Json.read(request.body()) : new Fields(Json.object());
            Candidate chosen = Dialects.choose(ofMethod, named, body).orElseThrow();
            dialect = chosen.dialect();
            Conversation begun = new Conversation(request, trace, body, chosen.path(), caller, setting);
            conversation = Optional.of(begun);
            return chosen.route().operation().answer(begun);
        }

        private void fail(Throwable failure) {
            Problem problem = problem(failure);
            Reply made;
            try {
                made = Application.reply(dialect.problem(problem, trace.id()), problem);
            } catch (RuntimeException e) {
                made = Reply.empty(problem.kind().status());
            }
            finish(made, Optional.of(problem.sentence()));
        }

        private Problem problem(Throwable failure) {
            Throwable cause = failure;
            while (cause instanceof CompletionException && cause.getCause() != null) {
                cause = cause.getCause();
            }
            if (cause instanceof Problem problem) {
                return problem;
            }
            if (cause instanceof RejectedException rejected) {
                return Problem.passing(
                        rejected.isEnding() ? Kind.UNAVAILABLE : Kind.OVERLOADED,
                        String.valueOf(rejected.getMessage()),
                        rejected.retryAfterSeconds());
            }
            if (cause instanceof TimeoutException) {
                return Problem.of(Kind.TIMEOUT, "The answer was not there in time");
            }
            if (cause instanceof CancellationException) {
                return Problem.of(Kind.UNAVAILABLE, "The client has gone");
            }
            if (cause instanceof UnreadableTextException) {
                Kind kind = cause instanceof TooLongException ? Kind.TOO_LONG : Kind.INVALID;
                return Problem.of(kind, String.valueOf(cause.getMessage()));
            }
            LOGGER.log(Level.ERROR, "Request " + trace.id() + " failed", cause);
            return Problem.of(Kind.INTERNAL, "Something failed inside the server; its log has more under this id");
        }

        private void finish(Reply made, Optional<String> problem) {
            Optional<Scored> scored = conversation.flatMap(Conversation::scored);
            Map<String, String> headers = new LinkedHashMap<>();
            scored.ifPresent(result -> {
                headers.put("x-juxta-model", headerValue(result.model().name()));
                headers.put("x-juxta-truncated", String.valueOf(result.truncated()));
            });
            Reply whole = withIdentity(made.with(headers), trace);
            tell(request, trace, caller, dialect.name(), whole, System.nanoTime() - start, scored, problem);
            reply.complete(whole);
        }

        private static String headerValue(String text) {
            return new String(text.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII)
                    .replaceAll("\\p{Cntrl}", "?");
        }
    }
}
