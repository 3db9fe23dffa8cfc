package dev.juxta.server;

import dev.juxta.EmbedOptions;
import dev.juxta.Embedding;
import dev.juxta.LongInput;
import dev.juxta.server.dialect.Call;
import dev.juxta.server.dialect.Fields;
import dev.juxta.server.dialect.Problem;
import dev.juxta.server.dialect.Problem.Kind;
import dev.juxta.server.dialect.Scored;
import dev.juxta.server.http.Request;
import dev.juxta.server.metrics.Metrics;
import dev.juxta.server.model.Models;
import dev.juxta.server.model.PairsToScore;
import dev.juxta.server.model.ServedModel;
import dev.juxta.server.queue.Done;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One request on its way through a dialect. */
final class Conversation implements Call {

    private static final Pattern TIME = Pattern.compile("([0-9]{1,7}(?:\\.[0-9]{1,6})?)(ms|s)?");
    private static final Pattern SMALL_NUMBER = Pattern.compile("[0-9]{1,2}");
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Request request;
    private final Trace trace;
    private final Fields body;
    private final String path;
    private final String caller;
    private final Setting setting;
    private final long begun = System.nanoTime();
    private volatile Optional<Scored> scored = Optional.empty();

    /**
     * What all requests share.
     *
     * @param onLong what is done with long texts where a dialect cuts them
     * @param time the longest that a request may take
     * @param answering computes answers from scores
     */
    record Setting(
            Models models,
            Metrics metrics,
            Facts facts,
            Keys keys,
            boolean strictModels,
            LongInput onLong,
            Duration time,
            Executor answering) {}

    /**
     * @param path without the dialect's prefix
     * @param caller with whom others share
     */
    Conversation(Request request, Trace trace, Fields body, String path, String caller, Setting setting) {
        this.request = request;
        this.trace = trace;
        this.body = body;
        this.path = path;
        this.caller = caller;
        this.setting = setting;
    }

    @Override
    public Fields body() {
        return body;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public String id() {
        return trace.id();
    }

    @Override
    public Facts facts() {
        return setting.facts;
    }

    @Override
    public Models models() {
        return setting.models;
    }

    @Override
    public <T> CompletableFuture<T> administer(Supplier<T> task) {
        setting.keys.requireAdmin(request);
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(task.get());
            } catch (Throwable e) { // whoever waits for the result must hear of it
                result.completeExceptionally(e);
            }
        });
        thread.setName("juxta-admin");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    @Override
    public ServedModel model(Optional<String> name) {
        Optional<ServedModel> found = name.flatMap(setting.models::find);
        if (found.isPresent()) {
            return found.get();
        }
        if (name.isPresent() && setting.strictModels) {
            throw Problem.of(
                    Kind.NO_MODEL,
                    "model \"" + name.get() + "\" not found; there are "
                            + setting.models.all().stream()
                                    .map(ServedModel::name)
                                    .toList());
        }
        return setting.models.first().orElseThrow(() -> Problem.passing(Kind.UNAVAILABLE, "no model is loaded", 1));
    }

    @Override
    public LongInput onLong(LongInput byDefault) {
        Optional<String> header = request.header("x-juxta-on-long");
        try {
            return header.map(LongInput::parse).orElse(byDefault == LongInput.TRUNCATE ? setting.onLong : byDefault);
        } catch (IllegalArgumentException e) {
            throw Problem.of(Kind.INVALID, "The header X-Juxta-On-Long: " + e.getMessage());
        }
    }

    @Override
    public CompletableFuture<Scored> score(ServedModel model, PairsToScore asked) {
        return score(model, asked, 0);
    }

    @Override
    public CompletableFuture<Scored> score(ServedModel model, PairsToScore asked, int byDefault) {
        int explained = explained(byDefault);
        if (explained > 0 && !model.ranks()) {
            throw Problem.of(
                    Kind.UNSUPPORTED,
                    "The model " + model.name() + " has several labels, and scores are explained by one");
        }
        CompletableFuture<Scored> result = scores(model, asked);
        return explained == 0
                ? result
                : result.thenCompose(whole -> new Explanation(whole, explained)
                        .of(pairs -> submit(() -> model.score(caller, pairs, time()))));
    }

    private CompletableFuture<Scored> scores(ServedModel model, PairsToScore asked) {
        return submit(() -> model.score(caller, asked, time())).thenApply(done -> {
            Scored result = new Scored(model, asked, done, detailed(), Map.of());
            long cut = done.results().stream()
                    .filter(score -> score.truncated() > 0)
                    .count();
            setting.metrics.truncated(model.name(), cut, result.truncated());
            scored = Optional.of(result);
            return result;
        });
    }

    @Override
    public CompletableFuture<Done<Embedding>> embed(ServedModel model, List<String> texts, EmbedOptions options) {
        return submit(() -> model.embed(caller, texts, options, time()));
    }

    /** Hands work to a queue, gives it up when the client goes, and goes on with its end on a thread for answers. */
    private <R> CompletableFuture<R> submit(Supplier<CompletableFuture<R>> submission) {
        CompletableFuture<R> work;
        try {
            work = submission.get();
        } catch (IllegalArgumentException e) { // the model cannot do what is asked for
            throw Problem.of(Kind.INVALID, String.valueOf(e.getMessage()));
        }
        request.abandoned().whenGone(() -> work.cancel(false));
        return work.handleAsync(
                (done, failure) -> {
                    if (failure != null) {
                        throw new CompletionException(failure);
                    }
                    return done;
                },
                setting.answering);
    }

    private boolean detailed() {
        return request.header("x-juxta-detail")
                        .filter(value -> !value.equals("0"))
                        .isPresent()
                || request.header("x-juxta-explain").isPresent();
    }

    private int explained(int byDefault) {
        Optional<String> header = request.header("x-juxta-explain");
        if (header.isEmpty()) {
            return byDefault;
        }
        if (!SMALL_NUMBER.matcher(header.get()).matches() || Integer.parseInt(header.get()) > MOST_EXPLAINED) {
            throw Problem.of(
                    Kind.INVALID,
                    "The header X-Juxta-Explain is \"" + header.get()
                            + "\"; send how many of the best results to explain," + " from 0 to " + MOST_EXPLAINED);
        }
        return Integer.parseInt(header.get());
    }

    /** How much of its time is left. */
    private Duration time() {
        return Duration.ofNanos(Math.max(1, limit().toNanos() - (System.nanoTime() - begun)));
    }

    /** How long it may take: what the client says, but no longer than the server allows. */
    private Duration limit() {
        Optional<String> header = request.header("x-request-timeout");
        if (header.isEmpty()) {
            return setting.time;
        }
        Matcher matcher = TIME.matcher(header.get().strip());
        if (!matcher.matches()) {
            throw Problem.of(
                    Kind.INVALID,
                    "The header X-Request-Timeout is \"" + header.get() + "\"; send seconds, such as 1.5 or 200ms");
        }
        double unit = "ms".equals(matcher.group(2)) ? NANOS_PER_MILLI : NANOS_PER_SECOND;
        long nanos = Math.max(1, (long) (Double.parseDouble(matcher.group(1)) * unit));
        return nanos < setting.time.toNanos() ? Duration.ofNanos(nanos) : setting.time;
    }

    /** What was scored, if that has happened. */
    Optional<Scored> scored() {
        return scored;
    }
}
