package dev.juxta.hub;

import dev.juxta.checkpoint.HubCache;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where models come from and where they are kept. The environment decides, by the variables that Python's
 * {@code huggingface_hub} reads.
 *
 * @param endpoint the hub (HF_ENDPOINT)
 * @param cache where models are kept (HF_HUB_CACHE, HF_HOME)
 * @param token who asks (HF_TOKEN, else the token file that a login writes)
 * @param offline whether the network is switched off (HF_HUB_OFFLINE)
 * @param symlinks whether snapshots may be links to blobs (HF_HUB_DISABLE_SYMLINKS)
 * @param timeout how long the hub may be silent (HF_HUB_DOWNLOAD_TIMEOUT)
 * @param attempts how often a request is made before it is given up
 * @param pause how long after the first failed attempt; twice as long after each further one
 * @param proxies the proxies (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY), before those of the JVM
 * @param space tells how much a disk can take
 */
public record HubSettings(
        URI endpoint,
        HubCache cache,
        Optional<String> token,
        boolean offline,
        boolean symlinks,
        Duration timeout,
        int attempts,
        Duration pause,
        EnvironmentProxies proxies,
        Space space) {

    /** Tells how many bytes can be written into a folder. */
    @FunctionalInterface
    public interface Space {
        long free(Path folder) throws IOException;
    }

    private static final String DEFAULT_ENDPOINT = "https://huggingface.co";
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
    private static final int ATTEMPTS = 6;
    private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");

    /** Without the token: settings end up in logs. */
    @Override
    public String toString() {
        return "HubSettings[" + endpoint + ", " + cache.root() + ", token " + (token.isPresent() ? "set" : "not set")
                + (offline ? ", offline]" : "]");
    }

    /**
     * What the environment says.
     *
     * @param environment such as {@code System.getenv()}
     * @throws HubException if it says something that cannot be
     */
    public static HubSettings ofEnvironment(Map<String, String> environment) throws HubException {
        HubCache cache = environment.getOrDefault("HF_HUB_CACHE", "").isEmpty()
                        && !environment
                                .getOrDefault("HUGGINGFACE_HUB_CACHE", "")
                                .isEmpty()
                ? new HubCache(path(environment.getOrDefault("HUGGINGFACE_HUB_CACHE", "")))
                : HubCache.ofEnvironment(environment);
        return new HubSettings(
                endpoint(environment),
                cache,
                token(environment),
                isTrue(environment, "HF_HUB_OFFLINE") || isTrue(environment, "TRANSFORMERS_OFFLINE"),
                !isTrue(environment, "HF_HUB_DISABLE_SYMLINKS"),
                timeout(environment),
                ATTEMPTS,
                Duration.ofSeconds(1),
                EnvironmentProxies.of(environment),
                folder -> Files.getFileStore(folder).getUsableSpace());
    }

    private static boolean isTrue(Map<String, String> environment, String variable) {
        return TRUE.contains(environment.getOrDefault(variable, "").toUpperCase(Locale.ROOT));
    }

    private static URI endpoint(Map<String, String> environment) throws HubException {
        String text = environment.getOrDefault("HF_ENDPOINT", "");
        try {
            URI endpoint = URI.create(text.isEmpty() ? DEFAULT_ENDPOINT : text.replaceAll("/+$", ""));
            String scheme = String.valueOf(endpoint.getScheme());
            if (endpoint.getHost() != null && (scheme.equals("https") || scheme.equals("http"))) {
                return endpoint;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new HubException(
                HubException.Reason.UNREACHABLE,
                "HF_ENDPOINT is \"" + text + "\", which is no address; it begins with https:// or http://");
    }

    private static Optional<String> token(Map<String, String> environment) {
        if (isTrue(environment, "HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
            return Optional.empty();
        }
        for (String variable : new String[] {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"}) {
            String token = environment.getOrDefault(variable, "").strip();
            if (!token.isEmpty()) {
                return Optional.of(token);
            }
        }
        String named = environment.getOrDefault("HF_TOKEN_PATH", "");
        Path file = named.isEmpty() ? home(environment).resolve("token") : path(named);
        try {
            return Optional.of(Files.readString(file).strip()).filter(token -> !token.isEmpty());
        } catch (IOException e) {
            return Optional.empty(); // most have none; a model that needs one will say so
        }
    }

    private static Path home(Map<String, String> environment) {
        String home = environment.getOrDefault("HF_HOME", "");
        if (!home.isEmpty()) {
            return path(home);
        }
        String caches = environment.getOrDefault("XDG_CACHE_HOME", "");
        return path(caches.isEmpty() ? "~/.cache" : caches).resolve("huggingface");
    }

    private static Path path(String text) {
        return text.startsWith("~/") ? Path.of(System.getProperty("user.home"), text.substring(2)) : Path.of(text);
    }

    private static Duration timeout(Map<String, String> environment) throws HubException {
        String text = environment.getOrDefault("HF_HUB_DOWNLOAD_TIMEOUT", "");
        if (text.isEmpty()) {
            return DEFAULT_TIMEOUT;
        }
        if (!text.matches("[1-9]\\d{0,5}")) {
            throw new HubException(
                    HubException.Reason.UNREACHABLE,
                    "HF_HUB_DOWNLOAD_TIMEOUT is \"" + text + "\"; it is a whole number of seconds");
        }
        return Duration.ofSeconds(Long.parseLong(text));
    }
}
