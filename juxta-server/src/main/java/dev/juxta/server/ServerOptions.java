package dev.juxta.server;

import dev.juxta.LongInput;
import dev.juxta.Prompt;
import dev.juxta.RankOptions;
import dev.juxta.server.dialect.Dialects;
import dev.juxta.server.http.Endpoint;
import dev.juxta.server.http.HttpLimits;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a server is run.
 *
 * @param endpoint where it listens
 * @param http what bounds connections
 * @param models what it serves, the first by default
 * @param work what bounds work
 * @param access who may do what
 * @param dialect the dialect of paths that several have; empty to tell by the body
 * @param onLong what to do with long texts where a dialect cuts them: that, or another way
 * @param prompt before each first text of pairs
 * @param strictModels whether a request that names a model which is not served is refused, and not given to the first
 * @param logTexts whether the access log has queries and documents
 * @param version what the server says of its version
 */
public record ServerOptions(
        Endpoint endpoint,
        HttpLimits http,
        List<ModelSource> models,
        WorkLimits work,
        Access access,
        Optional<String> dialect,
        LongInput onLong,
        Prompt prompt,
        boolean strictModels,
        boolean logTexts,
        String version) {

    /** Where it listens unless told otherwise. */
    public static final int DEFAULT_PORT = 8080;

    public ServerOptions {
        models = List.copyOf(models);
        if (dialect.isPresent() && !Dialects.names().contains(dialect.get())) {
            throw new IllegalArgumentException(
                    "\"" + dialect.get() + "\" is not one of the dialects " + String.join(", ", Dialects.names()));
        }
    }

    /** The embedded model for this machine alone, with the default limits. */
    public static ServerOptions defaults() {
        return new ServerOptions(
                Endpoint.loopback(DEFAULT_PORT),
                HttpLimits.defaults(),
                List.of(new ModelSource("embedded", "embedded")),
                WorkLimits.defaults(),
                Access.open(),
                Optional.empty(),
                LongInput.TRUNCATE,
                Prompt.modelDefault(),
                false,
                false,
                "unknown");
    }

    /**
     * A model.
     *
     * @param name by which requests name it
     * @param source whence it is loaded
     */
    public record ModelSource(String name, String source) {}

    /**
     * What bounds work.
     *
     * @param batchTokens tokens that are computed together, the unit in which requests take turns; empty for
     *     {@value #BATCH_TOKENS_PER_THREAD} for each thread
     * @param waitingTokens tokens of requests that may wait
     * @param documents the most documents of a request
     * @param time the longest that a request may take
     */
    public record WorkLimits(OptionalInt batchTokens, long waitingTokens, int documents, Duration time) {

        /** Below this an engine's threads have too little to do. */
        public static final int BATCH_TOKENS_PER_THREAD = 512;

        /** Tokens that may wait unless told otherwise. */
        public static final int DEFAULT_WAITING_TOKENS = 1_000_000;

        /** Seconds that a request may take unless told otherwise. */
        public static final int DEFAULT_SECONDS = 30;

        /** These, and as many documents as one call of the library ranks. */
        public static WorkLimits defaults() {
            return new WorkLimits(
                    OptionalInt.empty(),
                    DEFAULT_WAITING_TOKENS,
                    RankOptions.DEFAULT_MAX_CANDIDATES,
                    Duration.ofSeconds(DEFAULT_SECONDS));
        }

        /** The tokens of a batch for a model on so many threads. */
        int batchTokens(int threads) {
            return batchTokens.orElse(BATCH_TOKENS_PER_THREAD * threads);
        }
    }

    /**
     * Who may do what.
     *
     * @param keys bearer keys that may score; none if anybody may
     * @param adminKeys bearer keys that may load and unload models too; none if nobody may
     */
    public record Access(List<String> keys, List<String> adminKeys) {

        public Access {
            keys = List.copyOf(keys);
            adminKeys = List.copyOf(adminKeys);
            if (keys.stream().anyMatch(String::isBlank) || adminKeys.stream().anyMatch(String::isBlank)) {
                throw new IllegalArgumentException("A key must not be blank");
            }
        }

        /** Anybody may score, and nobody may load. */
        public static Access open() {
            return new Access(List.of(), List.of());
        }

        @Override
        public String toString() {
            return "Access[" + keys.size() + " keys, " + adminKeys.size() + " admin keys]";
        }
    }
}
