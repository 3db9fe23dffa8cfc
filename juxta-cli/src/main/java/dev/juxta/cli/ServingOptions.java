package dev.juxta.cli;

import dev.juxta.RankOptions;
import dev.juxta.checkpoint.EmbeddedCheckpoint;
import dev.juxta.server.Server;
import dev.juxta.server.ServerOptions;
import dev.juxta.server.ServerOptions.Access;
import dev.juxta.server.ServerOptions.ModelSource;
import dev.juxta.server.ServerOptions.WorkLimits;
import dev.juxta.server.http.Endpoint;
import dev.juxta.server.http.HttpLimits;
import dev.juxta.server.model.ServedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** Where and how a server listens, and what it takes. */
final class ServingOptions {

    private static final int BYTES_PER_MIB = 1 << 20;

    @Option(
            names = "--model",
            paramLabel = "[NAME=]M",
            split = " ",
            description =
                    "A directory, a hub id or \"embedded\", by a name if requests are to choose; several times for"
                            + " several models, of which the first answers requests that name none; default: embedded.")
    private List<String> models = new ArrayList<>();

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "Address to listen on; default: " + Endpoint.LOOPBACK + ".")
    private String host = Endpoint.LOOPBACK;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Port to listen on, 0 for any; default: " + ServerOptions.DEFAULT_PORT + ".")
    private int port = ServerOptions.DEFAULT_PORT;

    @Option(names = "--tls-cert", paramLabel = "FILE", description = "Certificate chain (PEM), for HTTPS.")
    private Optional<Path> certificate = Optional.empty();

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Its key (PEM, PKCS 8).")
    private Optional<Path> key = Optional.empty();

    @Option(
            names = "--tls-password",
            paramLabel = "TEXT",
            description = "Of the key, if it is encrypted; better given as JUXTA_TLS_PASSWORD.")
    private Optional<String> password = Optional.empty();

    @Option(
            names = "--cors-origin",
            paramLabel = "URL",
            split = " ",
            description = "Let pages from there read answers, or * for all; default: no page but the server's own.")
    private List<String> origins = new ArrayList<>();

    @Option(
            names = "--api-key",
            paramLabel = "KEY",
            split = " ",
            description =
                    "Bearer key that requests must send, better given as JUXTA_API_KEY; several for several callers.")
    private List<String> keys = new ArrayList<>();

    @Option(
            names = "--admin-key",
            paramLabel = "KEY",
            split = " ",
            description = "Bearer key that may load and unload models; default: nobody may.")
    private List<String> adminKeys = new ArrayList<>();

    @Option(
            names = "--dialect",
            paramLabel = "NAME",
            description =
                    "The dialect of paths that several have: cohere, jina, voyage, tei, vllm, llamacpp, xinference;"
                            + " default: by the body.")
    private Optional<String> dialect = Optional.empty();

    @Option(
            names = "--strict-models",
            description = "Refuse requests for models that are not served; default: the first model answers them.")
    private boolean strictModels;

    @Option(
            names = "--slice-tokens",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "Tokens in which requests take turns; default: " + WorkLimits.BATCH_TOKENS_PER_THREAD
                    + " for each thread.")
    private Optional<Integer> sliceTokens = Optional.empty();

    @Option(
            names = "--max-queue-tokens",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "Tokens of requests that may wait; beyond that they get 429; default: "
                    + WorkLimits.DEFAULT_WAITING_TOKENS + ".")
    private int queueTokens = WorkLimits.DEFAULT_WAITING_TOKENS;

    @Option(
            names = "--max-documents",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "The most documents of a request; default: " + RankOptions.DEFAULT_MAX_CANDIDATES + ".")
    private int documents = RankOptions.DEFAULT_MAX_CANDIDATES;

    @Option(
            names = "--max-body",
            paramLabel = "MIB",
            converter = OptionValues.Count.class,
            description = "The largest body, in MiB; default: " + HttpLimits.DEFAULT_BODY_MIB + ".")
    private int body = HttpLimits.DEFAULT_BODY_MIB;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "Connections at a time; default: " + HttpLimits.DEFAULT_CONNECTIONS + ".")
    private int connections = HttpLimits.DEFAULT_CONNECTIONS;

    @Option(
            names = "--request-timeout",
            paramLabel = "TIME",
            converter = OptionValues.Time.class,
            description = "The longest that a request may take; a client asks for less by X-Request-Timeout;"
                    + " default: " + WorkLimits.DEFAULT_SECONDS + "s.")
    private Duration requestTime = Duration.ofSeconds(WorkLimits.DEFAULT_SECONDS);

    @Option(
            names = "--body-timeout",
            paramLabel = "TIME",
            converter = OptionValues.Time.class,
            description = "How long a body may take to come, and an answer to be read; default: "
                    + HttpLimits.DEFAULT_BODY_SECONDS + "s.")
    private Duration bodyTime = Duration.ofSeconds(HttpLimits.DEFAULT_BODY_SECONDS);

    @Option(
            names = "--idle-timeout",
            paramLabel = "TIME",
            converter = OptionValues.Time.class,
            description = "How long a connection may wait for its next request; default: "
                    + HttpLimits.DEFAULT_IDLE_SECONDS + "s.")
    private Duration idleTime = Duration.ofSeconds(HttpLimits.DEFAULT_IDLE_SECONDS);

    @Option(names = "--log-texts", description = "Write queries and documents into the access log.")
    private boolean logTexts;

    /**
     * The options of the server.
     *
     * @throws UsageException if they contradict each other
     */
    ServerOptions options(LoadingOptions loading) {
        if (certificate.isPresent() != key.isPresent()) {
            throw new UsageException("--tls-cert and --tls-key go together; give both or none");
        }
        Optional<Endpoint.Tls> tls =
                certificate.flatMap(chain -> key.map(secret -> new Endpoint.Tls(chain, secret, password)));
        if (body > Integer.MAX_VALUE / BYTES_PER_MIB) {
            throw new UsageException("--max-body \"" + body + "\" is too much; at most 2047 MiB work");
        }
        try {
            return new ServerOptions(
                    new Endpoint(host, port, tls, origins),
                    HttpLimits.defaults()
                            .withBodyBytes(body * BYTES_PER_MIB)
                            .withConnections(connections)
                            .withTimes(idleTime, bodyTime, bodyTime),
                    sources(),
                    new WorkLimits(
                            sliceTokens.map(OptionalInt::of).orElse(OptionalInt.empty()),
                            queueTokens,
                            documents,
                            requestTime),
                    new Access(keys, adminKeys),
                    dialect.map(name -> name.toLowerCase(Locale.ROOT)),
                    loading.onLong(),
                    loading.prompt(),
                    strictModels,
                    logTexts,
                    new Version().number());
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private List<ModelSource> sources() {
        List<String> named = models.isEmpty() ? List.of(EmbeddedCheckpoint.DEFAULT.id()) : models;
        List<ModelSource> sources = new ArrayList<>();
        for (String one : named) {
            int equals = one.indexOf('=');
            ModelSource source = equals < 1
                    ? new ModelSource(one, one)
                    : new ModelSource(one.substring(0, equals), one.substring(equals + 1));
            if (source.source().equals(EmbeddedCheckpoint.FAST.id())) {
                throw new UsageException(
                        "--model \"" + one + "\" chooses among all documents of a request, and the server"
                                + " computes requests in parts; serve " + EmbeddedCheckpoint.DEFAULT.id());
            }
            if (sources.stream().anyMatch(other -> other.name().equals(source.name()))) {
                throw new UsageException("--model names \"" + source.name() + "\" twice; give another name before =");
            }
            sources.add(source);
        }
        return sources;
    }

    /** Says how the server runs, with secrets hidden. */
    void describe(Session session, LoadingOptions loading, Server server) throws IOException {
        for (ServedModel model : server.models()) {
            session.tell(model.name() + " from " + model.source() + ": "
                    + model.info().architecture() + ", "
                    + model.info().engine() + " " + model.info().precision() + ", "
                    + model.info().threads() + " threads, up to " + model.info().maxLength() + " tokens");
        }
        session.tell("dialect " + dialect.orElse("by body") + ", other models "
                + (strictModels ? "refused" : "answered by the first") + ", long texts "
                + loading.onLong() + ", keys " + hidden(keys) + ", admin keys " + hidden(adminKeys) + ", origins "
                + (origins.isEmpty() ? "none" : String.join(" ", origins)));
        session.tell("limits: " + queueTokens + " tokens waiting, " + documents + " documents, " + body + " MiB, "
                + connections + " connections; requests " + requestTime.toMillis() + " ms, bodies "
                + bodyTime.toMillis() + " ms, idle " + idleTime.toMillis() + " ms");
        session.tell("listening on " + (certificate.isPresent() ? "https://" : "http://") + host + ":" + server.port());
    }

    private static String hidden(List<String> secrets) {
        return secrets.isEmpty() ? "none" : secrets.size() + " (hidden)";
    }
}
