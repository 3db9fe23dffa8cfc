package dev.juxta.hub;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The proxies that the environment names, as curl and Python read it; where it names none, those of the JVM
 * ({@code -Dhttps.proxyHost}, …).
 *
 * @param byScheme the proxy for http and for https
 * @param direct hosts that are reached without: a name stands for itself and all below it, {@code *} for all
 */
public record EnvironmentProxies(Map<String, URI> byScheme, List<String> direct) {

    private static final int DEFAULT_PORT = 80;

    public EnvironmentProxies {
        byScheme = Map.copyOf(byScheme);
        direct = List.copyOf(direct);
    }

    static EnvironmentProxies of(Map<String, String> environment) throws HubException {
        Map<String, URI> byScheme = new HashMap<>();
        for (String scheme : List.of("http", "https")) {
            for (String variable : List.of(scheme + "_proxy", "all_proxy")) {
                String text = value(environment, variable);
                if (!text.isEmpty() && !byScheme.containsKey(scheme)) {
                    byScheme.put(scheme, proxy(variable, text));
                }
            }
        }
        List<String> direct = new ArrayList<>();
        for (String host : value(environment, "no_proxy").split(",", -1)) {
            String name = host.strip().toLowerCase(Locale.ROOT).replaceFirst("^\\*?\\.", "");
            if (!name.isEmpty()) {
                direct.add(name);
            }
        }
        return new EnvironmentProxies(byScheme, direct);
    }

    private static String value(Map<String, String> environment, String variable) {
        String lower = environment.getOrDefault(variable, "").strip();
        return lower.isEmpty()
                ? environment
                        .getOrDefault(variable.toUpperCase(Locale.ROOT), "")
                        .strip()
                : lower;
    }

    private static URI proxy(String variable, String text) throws HubException {
        try {
            URI proxy = URI.create(text.contains("://") ? text : "http://" + text);
            if (proxy.getHost() != null && "http".equals(proxy.getScheme())) {
                return proxy;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        // Without the text: it may hold a password.
        throw new HubException(
                HubException.Reason.UNREACHABLE,
                variable.toUpperCase(Locale.ROOT) + " is no address of a proxy; one is http://host:port");
    }

    /** The proxy on the way to an address, if the environment names one. */
    Optional<URI> on(URI address) {
        String host = String.valueOf(address.getHost()).toLowerCase(Locale.ROOT);
        boolean isDirect = direct.stream()
                .anyMatch(name -> name.equals("*")
                        || host.equals(name)
                        || host.endsWith("." + name)
                        || (host + ":" + address.getPort()).equals(name));
        return isDirect ? Optional.empty() : Optional.ofNullable(byScheme.get(String.valueOf(address.getScheme())));
    }

    /** What a proxy wants to see, if its address holds a user and a password. */
    Optional<String> authorization(URI address) {
        return on(address)
                .map(URI::getUserInfo)
                .map(user -> "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
    }

    /** The same as the JDK's clients ask for it. */
    ProxySelector selector() {
        return new ProxySelector() {
            @Override
            public List<Proxy> select(URI address) {
                Optional<URI> proxy = on(address);
                if (proxy.isPresent()) {
                    int port = proxy.get().getPort() < 0
                            ? DEFAULT_PORT
                            : proxy.get().getPort();
                    return List.of(new Proxy(
                            Proxy.Type.HTTP, new InetSocketAddress(proxy.get().getHost(), port)));
                }
                ProxySelector ofJvm = ProxySelector.getDefault();
                boolean none = ofJvm == null || !byScheme.isEmpty();
                return none ? List.of(Proxy.NO_PROXY) : ofJvm.select(address);
            }

            @Override
            public void connectFailed(URI address, SocketAddress proxy, IOException failure) {
                // The request itself reports it.
            }
        };
    }
}
