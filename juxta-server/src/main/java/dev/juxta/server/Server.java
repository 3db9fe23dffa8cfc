package dev.juxta.server;

import dev.juxta.server.ServerOptions.ModelSource;
import dev.juxta.server.ServerOptions.WorkLimits;
import dev.juxta.server.dialect.Call;
import dev.juxta.server.http.HttpListener;
import dev.juxta.server.metrics.Metrics;
import dev.juxta.server.model.Models;
import dev.juxta.server.model.ServedModel;
import dev.juxta.server.queue.QueueLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Every rerank API on one port. It listens once its models are loaded and warm. {@link #drain} lets the requests under way
 * end, and refuses further ones; {@link #close} ends at once.
 */
public final class Server implements AutoCloseable {

    /** Threads that read bodies and write answers; the models have their own. */
    private static final int THREADS = 4;

    /** Batches under way at a time for each model. */
    private static final int BATCHES = 2;

    /** Threads of a model for which one that tokenizes is enough. */
    private static final int THREADS_PER_READER = 8;

    private final Models models;
    private final ExecutorService pool;
    private final Application application;
    private final HttpListener listener;

    private Server(Models models, ExecutorService pool, Application application, HttpListener listener) {
        this.models = models;
        this.pool = pool;
        this.application = application;
        this.listener = listener;
    }

    /**
     * Loads the models, and begins to listen.
     *
     * @param loader loads models by their sources
     * @param accessLog gets a line of JSON for each request, from any thread
     * @throws IOException if a model cannot be loaded, or the port cannot be had
     */
    public static Server start(ServerOptions options, Models.Loader loader, Consumer<String> accessLog)
            throws IOException {
        Metrics metrics = new Metrics();
        Models models = new Models(
                loader,
                options.prompt(),
                model -> limits(options.work(), model.info().threads()),
                metrics::observer);
        ExecutorService pool = pool();
        try {
            for (ModelSource source : options.models()) {
                models.load(source.name(), source.source());
            }
            int threads = models.first().map(model -> model.info().threads()).orElse(1);
            Call.Facts facts = new Call.Facts(
                    options.version(),
                    options.work().documents(),
                    options.work().batchTokens(threads));
            Conversation.Setting setting = new Conversation.Setting(
                    models,
                    metrics,
                    facts,
                    new Keys(options.access()),
                    options.strictModels(),
                    options.onLong(),
                    options.work().time(),
                    pool);
            Application application =
                    new Application(setting, pool, new AccessLog(accessLog, options.logTexts()), options.dialect());
            HttpListener listener = HttpListener.start(options.endpoint(), options.http(), application);
            watch(metrics, models, listener);
            application.ready(true);
            return new Server(models, pool, application, listener);
        } catch (IOException | RuntimeException | Error e) {
            models.close();
            pool.shutdownNow();
            throw e;
        }
    }

    private static QueueLimits limits(WorkLimits work, int threads) {
        int readers = 1 + threads / THREADS_PER_READER;
        return new QueueLimits(work.batchTokens(threads), work.waitingTokens(), BATCHES, readers);
    }

    private static ExecutorService pool() {
        AtomicInteger number = new AtomicInteger();
        return Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "juxta-answers-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    private static void watch(Metrics metrics, Models models, HttpListener listener) {
        metrics.gauge("juxta_connections", "Connections that are open.", listener::connections);
        metrics.gauge("juxta_body_bytes", "Bytes of bodies whose requests are under way.", listener::bodyBytes);
        metrics.gaugeByModel(
                "juxta_queue_tokens",
                "Tokens that wait.",
                sink -> models.all()
                        .forEach(
                                model -> sink.accept(model.name(), model.queue().waitingTokens())));
        metrics.gaugeByModel(
                "juxta_queue_requests",
                "Requests that are not done.",
                sink -> models.all()
                        .forEach(
                                model -> sink.accept(model.name(), model.queue().works())));
    }

    /** The port it listens on. */
    public int port() {
        return listener.port();
    }

    /** The models, the first first. */
    public List<ServedModel> models() {
        return models.all();
    }

    /**
     * Refuses further requests, waits for those under way, and closes.
     *
     * @param limit the longest to wait
     * @return whether all that was under way was answered
     */
    public boolean drain(Duration limit) {
        application.ready(false);
        boolean drained = listener.drain(limit);
        close();
        return drained;
    }

    @Override
    public void close() {
        application.ready(false);
        listener.close();
        models.close();
        pool.shutdownNow();
    }
}
