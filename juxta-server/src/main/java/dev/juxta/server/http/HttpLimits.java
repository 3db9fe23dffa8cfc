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

    private static final HttpLimits DEFAULTS = new HttpLimits(
            32 << 20,
            Math.max(64L << 20, Runtime.getRuntime().maxMemory() / 8),
            4096,
            Duration.ofSeconds(75),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30));

    public HttpLimits {
        if (bodyBytes < 1 || allBodyBytes < bodyBytes) {
            throw new IllegalArgumentException("The limit of all bodies, " + allBodyBytes
                    + " bytes, must be at least that of one, " + bodyBytes + ", and that at least 1");
        }
        if (connections < 1) {
            throw new IllegalArgumentException("The number of connections must be at least 1, not " + connections);
        }
    }

    /** Bodies of 32 MiB, an eighth of the heap for all of them, half a minute for what is slow. */
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
