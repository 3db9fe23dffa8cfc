package dev.juxta.server.metrics;

import dev.juxta.server.queue.QueueObserver;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;

/** Counters, gauges and histograms, per model where that says something. Labels are of few values. Thread-safe. */
public final class Metrics {

    /** The type of {@link #text}. */
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private static final double NANOS = 1e9;
    private static final double[] SECONDS = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60
    };
    private static final double[] SIZES = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384};

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter requests =
            counter("juxta_requests_total", "Requests that were answered.", "dialect", "status");
    private final Histogram duration =
            histogram("juxta_request_seconds", "From the whole request to its answer.", SECONDS, "dialect");
    private final Counter rejected =
            counter("juxta_rejected_total", "Requests that were refused for too much work.", "dialect");
    private final Counter tokens = counter("juxta_tokens_total", "Tokens that were computed.", "model");
    private final Counter pairs = counter("juxta_pieces_total", "Pairs and texts that were computed.", "model");
    private final Counter truncated = counter("juxta_truncated_tokens_total", "Tokens that were cut off.", "model");
    private final Counter cut = counter("juxta_truncated_pairs_total", "Pairs of which something was cut.", "model");
    private final Counter abandoned =
            counter("juxta_abandoned_total", "Requests given up: the client went, or the time was over.", "model");
    private final Histogram batchTokens = histogram("juxta_batch_tokens", "Tokens of a batch.", SIZES, "model");
    private final Histogram batchPieces = histogram("juxta_batch_pieces", "Pairs or texts of a batch.", SIZES, "model");
    private final Histogram reading =
            histogram("juxta_tokenization_seconds", "Time to tokenize pairs, up to 32 at a time.", SECONDS, "model");
    private final Histogram waiting =
            histogram("juxta_queue_seconds", "From a request's coming until its first batch.", SECONDS, "model");
    private final Histogram computing = histogram("juxta_inference_seconds", "Time of a batch.", SECONDS, "model");

    private Counter counter(String name, String help, String... labels) {
        return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
    }

    private Histogram histogram(String name, String help, double[] bounds, String... labels) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .classicOnly()
                .classicUpperBounds(bounds)
                .register(registry);
    }

    /** Shows a number that is asked for whenever somebody looks. */
    public void gauge(String name, String help, LongSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call((double) value.getAsLong()))
                .register(registry);
    }

    /** Shows a number of each model. */
    public void gaugeByModel(String name, String help, Consumer<ObjLongConsumer<String>> values) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames("model")
                .callback(callback -> values.accept((model, value) -> callback.call((double) value, model)))
                .register(registry);
    }

    /** A request was answered. */
    public void answered(String dialect, int status, long nanos) {
        requests.labelValues(dialect, String.valueOf(status)).inc();
        duration.labelValues(dialect).observe(nanos / NANOS);
    }

    /** A request was refused for too much work. */
    public void rejected(String dialect) {
        rejected.labelValues(dialect).inc();
    }

    /** Texts were cut. */
    public void truncated(String model, long pairsCut, long tokensCut) {
        if (pairsCut > 0) {
            cut.labelValues(model).inc((double) pairsCut);
            truncated.labelValues(model).inc((double) tokensCut);
        }
    }

    /** What the queue of a model is to tell. */
    public QueueObserver observer(String model) {
        return new QueueObserver() {
            @Override
            public void read(int pieces, long nanos) {
                reading.labelValues(model).observe(nanos / NANOS);
            }

            @Override
            public void ran(int pieces, long computed, long nanos) {
                tokens.labelValues(model).inc((double) computed);
                pairs.labelValues(model).inc(pieces);
                batchTokens.labelValues(model).observe((double) computed);
                batchPieces.labelValues(model).observe(pieces);
                computing.labelValues(model).observe(nanos / NANOS);
            }

            @Override
            public void waited(long nanos) {
                waiting.labelValues(model).observe(nanos / NANOS);
            }

            @Override
            public void abandoned() {
                abandoned.labelValues(model).inc();
            }
        };
    }

    /** All of it, in Prometheus's text format. */
    public byte[] text() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.builder().build().write(out, registry.scrape());
        } catch (IOException e) { // into memory
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
