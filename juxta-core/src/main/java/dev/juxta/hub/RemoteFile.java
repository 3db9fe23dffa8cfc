package dev.juxta.hub;

import dev.juxta.hub.HubException.Reason;
import dev.juxta.hub.HubHttp.Answer;
import dev.juxta.hub.HubHttp.Request;
import dev.juxta.hub.HubHttp.Subject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A file of a model, as the hub describes it.
 *
 * @param name its path in the model
 * @param address where it is fetched
 * @param etag the name of its content: SHA-256 of a large file, git's SHA-1 of a small one
 * @param size in bytes, where the hub says so
 */
record RemoteFile(String name, URI address, String etag, OptionalLong size) {

    /** It becomes the name of a file in the cache. */
    private static final Pattern ETAG = Pattern.compile("[\\w-]{1,200}");

    private static final int SHA_256_DIGITS = 64;
    private static final int SHA_1_DIGITS = 40;

    /** Asks the hub for the description. */
    static RemoteFile of(HubHttp http, HubSettings settings, Subject model, String commit, String name)
            throws IOException {
        URI address = URI.create(settings.endpoint() + "/" + model.id() + "/resolve/" + commit + "/"
                + Arrays.stream(name.split("/")).map(RemoteFile::encoded).collect(Collectors.joining("/")));
        Answer answer = http.send(new Request(true, address, 0, model));
        answer.body().close();
        HttpHeaders headers = answer.headers();
        String sent = headers.firstValue("X-Repo-Commit").orElse("");
        if (!sent.equals(commit)) {
            throw new HubException(
                    Reason.UNREACHABLE,
                    address + " does not answer as a hub does (X-Repo-Commit is \"" + sent
                            + "\"); check HF_ENDPOINT and the proxy settings");
        }
        String etag = headers.firstValue("X-Linked-Etag")
                .or(() -> headers.firstValue("ETag"))
                .map(text -> text.replaceFirst("^W/", "").replace("\"", ""))
                .orElse("");
        if (!ETAG.matcher(etag).matches()) {
            throw new HubException(
                    Reason.UNREACHABLE,
                    address + " has the ETag \"" + etag + "\", by which nothing can be kept; check HF_ENDPOINT");
        }
        return new RemoteFile(name, address, etag, size(answer));
    }

    private static OptionalLong size(Answer answer) {
        HttpHeaders headers = answer.headers();
        OptionalLong linked = number(headers, "X-Linked-Size");
        return linked.isPresent() || answer.status() / 100 == 3 ? linked : number(headers, "Content-Length");
    }

    private static OptionalLong number(HttpHeaders headers, String name) {
        String text = headers.firstValue(name).orElse("");
        return text.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }

    static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    boolean hasSha256() {
        return etag.length() == SHA_256_DIGITS && etag.matches("[0-9a-f]+");
    }

    boolean hasGitSha1() {
        return etag.length() == SHA_1_DIGITS && etag.matches("[0-9a-f]+");
    }
}
