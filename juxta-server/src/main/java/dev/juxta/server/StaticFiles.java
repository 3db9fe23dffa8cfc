package dev.juxta.server;

import dev.juxta.server.http.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The page at {@code /} and what belongs to it, from {@code playground/} on the class path, and the descriptions of the
 * dialects from {@code openapi/}. Nothing is loaded from elsewhere: the policy forbids it.
 */
final class StaticFiles {

    private static final Pattern PATH = Pattern.compile("/(playground|openapi)/([a-z0-9][a-z0-9._-]{0,80})");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "json", "application/json",
            "svg", "image/svg+xml",
            "png", "image/png");
    private static final Map<String, String> HEADERS = Map.of(
            "content-security-policy",
            "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
            "x-content-type-options",
            "nosniff",
            "referrer-policy",
            "no-referrer",
            "cache-control",
            "no-cache");

    private StaticFiles() {}

    /** The file of a path, if there is one. */
    static Optional<Reply> find(String path) {
        String wanted = path.equals("/") ? "/playground/index.html" : path;
        String type = TYPES.get(wanted.substring(wanted.lastIndexOf('.') + 1));
        if (type == null || !PATH.matcher(wanted).matches()) {
            return Optional.empty();
        }
        try (InputStream in = StaticFiles.class.getResourceAsStream("/dev/juxta/server" + wanted)) {
            return in == null
                    ? Optional.empty()
                    : Optional.of(Reply.of(200, type, in.readAllBytes()).with(HEADERS));
        } catch (IOException e) { // of a jar that has changed since the start
            throw new UncheckedIOException(e);
        }
    }
}
