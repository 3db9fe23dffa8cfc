package dev.juxta.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The environment is read as Python's client reads it. */
class HubSettingsTest {

    @TempDir
    Path home;

    private HubSettings of(String... variables) throws HubException {
        Map<String, String> environment = new HashMap<>(Map.of("HF_HOME", home.toString()));
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        return HubSettings.ofEnvironment(environment);
    }

    @Test
    void theEndpointLosesItsSlashAndMustBeAnAddress() throws HubException {
        assertThat(of().endpoint()).hasScheme("https");
        assertThat(of("HF_ENDPOINT", "http://mirror.example:8080/hub/").endpoint())
                .isEqualTo(URI.create("http://mirror.example:8080/hub"));
        assertThatThrownBy(() -> of("HF_ENDPOINT", "mirror.example"))
                .hasMessage(
                        "HF_ENDPOINT is \"mirror.example\", which is no address; it begins with https:// or http://");
    }

    @Test
    void theTokenComesFromTheEnvironmentElseFromTheFileOfTheLogin() throws IOException {
        assertThat(of().token()).isEmpty();
        Files.writeString(home.resolve("token"), "hf_file\n");
        assertThat(of().token()).contains("hf_file");
        assertThat(of("HF_TOKEN", " hf_env ").token()).contains("hf_env");
        assertThat(of("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1").token()).isEmpty();
        Files.writeString(home.resolve("other"), "hf_other");
        assertThat(of("HF_TOKEN_PATH", home.resolve("other").toString()).token())
                .contains("hf_other");
    }

    @ParameterizedTest
    @CsvSource({"1,true", "YES,true", "true,true", "0,false", "'',false"})
    void offlineIsASwitch(String value, boolean offline) throws HubException {
        assertThat(of("HF_HUB_OFFLINE", value).offline()).isEqualTo(offline);
        ModelStore store = new ModelStore(of("HF_HUB_OFFLINE", "1"));
        assertThatThrownBy(() -> store.find("owner/name", "main", DownloadListener.silent()))
                .hasMessageContaining("is not in the cache " + home.resolve("hub")
                        + ", and fetching is switched off (HF_HUB_OFFLINE)");
    }

    @Test
    void theCacheHasItsOldNameToo() throws HubException {
        assertThat(of("HUGGINGFACE_HUB_CACHE", "/a").cache().root()).isEqualTo(Path.of("/a"));
        assertThat(of("HUGGINGFACE_HUB_CACHE", "/a", "HF_HUB_CACHE", "/b")
                        .cache()
                        .root())
                .isEqualTo(Path.of("/b"));
    }

    @Test
    void theTimeoutIsAWholeNumberOfSeconds() throws HubException {
        assertThat(of("HF_HUB_DOWNLOAD_TIMEOUT", "45").timeout()).hasSeconds(45);
        assertThatThrownBy(() -> of("HF_HUB_DOWNLOAD_TIMEOUT", "soon")).hasMessageContaining("\"soon\"");
    }

    @ParameterizedTest
    @CsvSource({
        "http://hub.example/x,first:1",
        "https://hub.example/x,second:2",
        "https://inner.example/x,none",
        "https://a.inner.example/x,none",
        "https://notinner.example/x,second:2",
        "http://10.0.0.1:99/x,none"
    })
    void proxiesAreChosenByScheme(URI address, String expected) throws HubException {
        EnvironmentProxies proxies = of(
                        "http_proxy", "first:1",
                        "HTTP_PROXY", "ignored:9",
                        "ALL_PROXY", "http://second:2",
                        "NO_PROXY", ".inner.example, 10.0.0.1:99")
                .proxies();
        assertThat(proxies.on(address).map(URI::getAuthority).orElse("none")).isEqualTo(expected);
    }

    @Test
    void aProxysPasswordIsNotShown() {
        assertThatThrownBy(() -> of("HTTPS_PROXY", "socks5://user:secret@host"))
                .hasMessage("HTTPS_PROXY is no address of a proxy; one is http://host:port");
    }

    @Test
    void requestsGoThroughTheProxyWithItsUser() throws IOException {
        List<String> seen = new CopyOnWriteArrayList<>();
        HttpServer proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        proxy.createContext("/", exchange -> {
            seen.add(exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Proxy-Authorization"));
            exchange.getResponseHeaders().set("X-Error-Code", "RepoNotFound");
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        proxy.start();
        try {
            HubSettings settings = of(
                    "HF_ENDPOINT",
                    "http://hub.invalid",
                    "HTTP_PROXY",
                    "http://user:word@localhost:" + proxy.getAddress().getPort());
            assertThatThrownBy(() -> new ModelStore(settings).pull("owner/name", "main", DownloadListener.silent()))
                    .hasMessageContaining("is no model of http://hub.invalid");
        } finally {
            proxy.stop(0);
        }
        assertThat(seen).containsExactly("http://hub.invalid/api/models/owner/name/revision/main Basic dXNlcjp3b3Jk");
    }
}
