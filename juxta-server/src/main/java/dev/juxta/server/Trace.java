package dev.juxta.server;

import dev.juxta.server.http.Request;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who a request is.
 *
 * @param id the client's, if it sent one that can be logged, else a new one
 * @param traceId of the trace that it is part of (W3C Trace Context); new if the client sent none
 * @param parent the answer's {@code traceparent}
 */
record Trace(String id, String traceId, String parent) {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:/+=@-]{1,128}");
    private static final Pattern TRACEPARENT =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?");

    static Trace of(Request request) {
        String id = request.header("x-request-id")
                .filter(value -> ID.matcher(value).matches())
                .orElseGet(() -> UUID.randomUUID().toString());
        Optional<Matcher> sent =
                request.header("traceparent").map(TRACEPARENT::matcher).filter(Matcher::matches);
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String traceId = sent.map(matcher -> matcher.group(1)).orElseGet(() -> hex(random.nextLong()) + hex(nonZero()));
        String flags = sent.map(matcher -> matcher.group(2)).orElse("00");
        return new Trace(id, traceId, "00-" + traceId + "-" + hex(nonZero()) + "-" + flags);
    }

    private static long nonZero() {
        return ThreadLocalRandom.current().nextLong() | 1;
    }

    private static String hex(long value) {
        return HexFormat.of().toHexDigits(value);
    }
}
