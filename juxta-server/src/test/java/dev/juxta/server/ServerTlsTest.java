package dev.juxta.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.juxta.server.http.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HTTPS with certificates as people have them, and what is said of those that do not do. */
@TestInstance(Lifecycle.PER_CLASS)
class ServerTlsTest {

    private static final char[] STORE_PASSWORD = "changeit".toCharArray();

    private Path folder = Path.of(".");

    /** One pair by the JDK's keytool, now, and one by openssl, as {@code resources/tls/make.sh} made it. */
    @BeforeAll
    void make(@TempDir Path temporary) throws Exception {
        folder = temporary;
        Path store = folder.resolve("store");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        String options = "-genkeypair -alias own -keyalg RSA -dname CN=localhost -ext san=ip:127.0.0.1 -validity 2"
                + " -storetype PKCS12 -storepass changeit -keystore " + store;
        Process making = new ProcessBuilder((keytool + " " + options).split(" "))
                .redirectErrorStream(true)
                .start();
        String said = new String(making.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(making.waitFor()).as(said).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), STORE_PASSWORD);
        pem("rsa.crt", "CERTIFICATE", keys.getCertificate("own").getEncoded());
        byte[] key = keys.getKey("own", STORE_PASSWORD).getEncoded();
        pem("rsa.key", "PRIVATE KEY", key);
        pem("old.key", "RSA PRIVATE KEY", key);
        pem("damaged.key", "PRIVATE KEY", new byte[] {1, 2, 3});
        pem("another.key", "PRIVATE KEY", otherRsaKey());
        Files.writeString(folder.resolve("empty"), "");
        for (String file : List.of("ec.crt", "ec.key", "aes.key", "des3.key")) {
            Files.copy(
                    Objects.requireNonNull(ServerTlsTest.class.getResourceAsStream("/tls/" + file)),
                    folder.resolve(file));
        }
    }

    private static byte[] otherRsaKey() throws Exception {
        return KeyPairGenerator.getInstance("RSA")
                .generateKeyPair()
                .getPrivate()
                .getEncoded();
    }

    private void pem(String file, String kind, byte[] bytes) throws IOException {
        String base64 = Base64.getMimeEncoder().encodeToString(bytes);
        Files.writeString(
                folder.resolve(file), "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n");
    }

    private Running server(String certificate, String key, Optional<String> password) throws IOException {
        Endpoint.Tls tls = new Endpoint.Tls(folder.resolve(certificate), folder.resolve(key), password);
        return Running.with(
                options -> options.endpoint(new Endpoint(Endpoint.LOOPBACK, 0, Optional.of(tls), List.of())));
    }

    private HttpClient client(String trusted) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, new char[0]);
        try (InputStream in = Files.newInputStream(folder.resolve(trusted))) {
            store.setCertificateEntry(
                    "it", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(context)
                .build();
    }

    @ParameterizedTest
    @CsvSource({"rsa.crt, rsa.key,, ec.crt", "ec.crt, ec.key,, rsa.crt", "ec.crt, aes.key, open sesame, rsa.crt"})
    void servesByTls(String certificate, String key, String password, String other) throws Exception {
        try (Running server = server(certificate, key, Optional.ofNullable(password))) {
            HttpRequest ask = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + "/v2/rerank"))
                    .POST(HttpRequest.BodyPublishers.ofString(Running.documents(2, 3)))
                    .build();
            HttpResponse<String> answer = client(certificate).send(ask, BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
            assertThatThrownBy(() -> client(other).send(ask, BodyHandlers.ofString()))
                    .isInstanceOf(SSLException.class);
            assertThat(server.raw("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")).doesNotContain("200"); // plain HTTP
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "missing.crt | rsa.key     |       | the certificate \"*missing.crt\" is not there",
                "rsa.crt     | missing.key |       | the key \"*missing.key\" is not there",
                "empty       | rsa.key     |       | has no certificate; it must be PEM",
                "rsa.key     | rsa.key     |       | has no certificate; it must be PEM",
                "rsa.crt     | rsa.crt     |       | has no key in PKCS 8 form",
                "rsa.crt     | old.key     |       | has no key in PKCS 8 form",
                "rsa.crt     | damaged.key |       | is damaged, or of another kind",
                "rsa.crt     | ec.key      |       | is damaged, or of another kind than the certificate, which is RSA",
                "rsa.crt     | another.key |       | is not that of the first certificate",
                "ec.crt      | aes.key     |       | is encrypted; give its password",
                "ec.crt      | aes.key     | guess | the password does not open the key",
                "ec.crt      | des3.key    | guess | openssl pkcs8 -topk8 -v2 aes256"
            })
    void saysWhatIsWrongWithTheFiles(String certificate, String key, String password, String says) {
        assertThatThrownBy(() -> server(certificate, key, Optional.ofNullable(password)))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(says.split("\\*"))
                .message()
                .doesNotContain("guess", "Exception");
    }

    @Test
    void thePasswordIsNotTold() {
        assertThat(new Endpoint.Tls(Path.of("a"), Path.of("b"), Optional.of("secret")).toString())
                .doesNotContain("secret");
    }
}
