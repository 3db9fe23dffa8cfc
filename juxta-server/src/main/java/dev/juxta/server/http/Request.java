package dev.juxta.server.http;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A whole request. The arrays are not copied.
 *
 * @param method in capitals
 * @param path decoded, without the query
 * @param headers the first value of each, by its name in small letters
 * @param body as it came, decompressed; empty if there is none
 * @param remote the address of the client
 * @param keepsAlive whether the connection is to stay open
 * @param abandoned tells when the client is gone
 */
public record Request(
        String method,
        String path,
        Map<String, String> headers,
        byte[] body,
        String remote,
        boolean keepsAlive,
        Abandonment abandoned) {

    public Request {
        headers = Map.copyOf(headers);
    }

    /** A header by its name, whatever its case; empty if it is not there. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }
}
