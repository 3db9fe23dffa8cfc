package dev.juxta.server.http;

import java.time.Duration;

/**
 * What bounds connections.
 *
 * @param bodyBytes bytes of one body, decompressed
 * @param allBodyBytes bytes of all bodies whose requests are under way
 * @param connections connections at a time; further ones are closed
 * @param idle how long a connection may wait for its next request
 * @param body how long a body may take to come
 * @param write how long an answer may take to be read
 */
public record HttpLimits(
        int bodyBytes, long allBodyBytes, int connections, Duration idle, Duration body, Duration write) {

    /** MiB of one body unless told otherwise. */
    public static final int DEFAULT_BODY_MIB = 32;

    /** Connections unless told otherwise. */
    public static final int DEFAULT_CONNECTIONS = 4096;

    /** Seconds that a connection waits for its next request unless told otherwise. */
    public static final int DEFAULT_IDLE_SECONDS = 75;

    /** Seconds that a body may take to come, and an answer to be read, unless told otherwise. */
    public static final int DEFAULT_BODY_SECONDS = 30;

    private static final HttpLimits DEFAULTS = new HttpLimits(
            DEFAULT_BODY_MIB << 20,
            Math.max((2L * DEFAULT_BODY_MIB) << 20, Runtime.getRuntime().maxMemory() / 8),
            DEFAULT_CONNECTIONS,
            Duration.ofSeconds(DEFAULT_IDLE_SECONDS),
            Duration.ofSeconds(DEFAULT_BODY_SECONDS),
            Duration.ofSeconds(DEFAULT_BODY_SECONDS));

    public HttpLimits {
        if (bodyBytes < 1 || allBodyBytes < bodyBytes) {
            throw new IllegalArgumentException("The limit of all bodies, " + allBodyBytes
                    + " bytes, must be at least that of one, " + bodyBytes + ", and that at least 1");
        }
        if (connections < 1) {
            throw new IllegalArgumentException("The number of connections must be at least 1, not " + connections);
        }
    }

    /** These, and an eighth of the heap for all bodies. */
    public static HttpLimits defaults() {
        return DEFAULTS;
    }

    public HttpLimits withBodyBytes(int bytes) {
        return new HttpLimits(bytes, Math.max(bytes, allBodyBytes), connections, idle, body, write);
    }

    public HttpLimits withAllBodyBytes(long bytes) {
        return new HttpLimits(bodyBytes, bytes, connections, idle, body, write);
    }

    public HttpLimits withConnections(int most) {
        return new HttpLimits(bodyBytes, allBodyBytes, most, idle, body, write);
    }

    public HttpLimits withTimes(Duration forNext, Duration forBody, Duration forReader) {
        return new HttpLimits(bodyBytes, allBodyBytes, connections, forNext, forBody, forReader);
    }
}
