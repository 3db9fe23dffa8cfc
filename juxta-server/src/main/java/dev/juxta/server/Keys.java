package dev.juxta.server;

import dev.juxta.server.ServerOptions.Access;
import dev.juxta.server.dialect.Problem;
import dev.juxta.server.dialect.Problem.Kind;
import dev.juxta.server.http.Request;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Knows bearer keys by their hashes, which are compared in constant time. */
final class Keys {

    private static final String SCHEME = "bearer ";
    private static final int NAME_BYTES = 4;

    private final List<byte[]> users;
    private final List<byte[]> admins;

    Keys(Access access) {
        this.users = access.keys().stream().map(Keys::hash).toList();
        this.admins = access.adminKeys().stream().map(Keys::hash).toList();
    }

    /**
     * Who asks, with whom others share.
     *
     * @return the start of the hash of his key, else his address
     * @throws Problem if he needs a key, and has none that is known
     */
    String caller(Request request) {
        Optional<byte[]> key = key(request);
        if (users.isEmpty()) {
            return request.remote();
        }
        if (key.isEmpty()) {
            throw Problem.of(Kind.UNAUTHORIZED, "No key; send \"Authorization: Bearer KEY\"");
        }
        if (!isAmong(users, key.get()) && !isAmong(admins, key.get())) {
            throw Problem.of(Kind.UNAUTHORIZED, "The key is not valid");
        }
        return "key-" + HexFormat.of().formatHex(key.get(), 0, NAME_BYTES);
    }

    /**
     * Lets only who may load models pass.
     *
     * @throws Problem for all others
     */
    void requireAdmin(Request request) {
        Optional<byte[]> key = key(request);
        if (key.isEmpty() || !isAmong(admins, key.get())) {
            throw Problem.of(
                    key.isEmpty() ? Kind.UNAUTHORIZED : Kind.FORBIDDEN,
                    admins.isEmpty()
                            ? "Models are not loaded and unloaded by request here: the server has no admin key"
                            : "This needs an admin key");
        }
    }

    private static Optional<byte[]> key(Request request) {
        return request.header("authorization")
                .filter(value -> value.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
                .map(value -> hash(value.substring(SCHEME.length()).strip()));
    }

    private static boolean isAmong(List<byte[]> known, byte[] key) {
        boolean found = false;
        for (byte[] one : known) {
            found |= MessageDigest.isEqual(one, key);
        }
        return found;
    }

    private static byte[] hash(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
