package dev.juxta.server.http;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where and how the server listens.
 *
 * @param host the address or its name
 * @param port 0 for any that is free
 * @param tls the certificate; empty for plain HTTP
 * @param origins whose pages browsers let read answers (CORS); {@code *} for all, none for no foreign page
 */
public record Endpoint(String host, int port, Optional<Tls> tls, List<String> origins) {

    /** The address that only this machine reaches. */
    public static final String LOOPBACK = "127.0.0.1";

    public Endpoint {
        origins = List.copyOf(origins);
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("A port is from 0 to 65535, and not " + port);
        }
    }

    /**
     * A certificate in PEM form.
     *
     * @param certificates the server's, and those that vouch for it
     * @param key its key in PKCS 8 form
     * @param password of the key, where it is encrypted
     */
    public record Tls(Path certificates, Path key, Optional<String> password) {

        @Override
        public String toString() {
            return "Tls[" + certificates + ", " + key + "]"; // the password is nobody's business
        }
    }

    /** Plain HTTP for this machine alone. */
    public static Endpoint loopback(int port) {
        return new Endpoint(LOOPBACK, port, Optional.empty(), List.of());
    }
}
