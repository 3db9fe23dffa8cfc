package dev.juxta.server.http;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer. The array is not copied.
 *
 * @param status the HTTP status
 * @param headers by name; the length and the connection are no business of the one who answers
 * @param body may be empty
 */
public record Reply(int status, Map<String, String> headers, byte[] body) {

    public Reply {
        headers = Map.copyOf(headers);
    }

    /** A body of one type. */
    public static Reply of(int status, String contentType, byte[] body) {
        return new Reply(status, Map.of("content-type", contentType), body);
    }

    /** Nothing but a status. */
    public static Reply empty(int status) {
        return new Reply(status, Map.of(), new byte[0]);
    }

    /** With further headers, which replace those of the same name. */
    public Reply with(Map<String, String> further) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.putAll(further);
        return new Reply(status, all, body);
    }
}
