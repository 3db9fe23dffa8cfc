package dev.juxta.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A certificate with its key, read from the files of an {@link Endpoint.Tls} and known to belong together.
 *
 * @param chain the server's own first
 */
record Certificate(List<X509Certificate> chain, PrivateKey key) {

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final String PLAIN = "PRIVATE KEY";
    private static final String ENCRYPTED = "ENCRYPTED PRIVATE KEY";

    Certificate {
        chain = List.copyOf(chain);
    }

    /**
     * Reads the files.
     *
     * @throws IOException if one is missing or not what it must be; the message names it and says what would work
     */
    static Certificate read(Endpoint.Tls tls) throws IOException {
        List<X509Certificate> chain = chain(tls.certificates());
        PublicKey open = chain.get(0).getPublicKey();
        PrivateKey key = key(tls, open.getAlgorithm());
        if (!belongTogether(open, key)) {
            throw new IOException("the key \"" + tls.key() + "\" is not that of the first certificate in \""
                    + tls.certificates() + "\"; name the file that was made with it");
        }
        return new Certificate(chain, key);
    }

    private static List<X509Certificate> chain(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            List<X509Certificate> chain = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (!chain.isEmpty()) {
                return chain;
            }
        } catch (NoSuchFileException e) {
            throw missing("certificate", file, e);
        } catch (CertificateException e) {
            // told below
        }
        throw new IOException(
                "\"" + file + "\" has no certificate; it must be PEM and begin with -----BEGIN CERTIFICATE-----");
    }

    private static PrivateKey key(Endpoint.Tls tls, String algorithm) throws IOException {
        Path file = tls.key();
        String text;
        try {
            text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw missing("key", file, e);
        }
        Matcher pem = KEY.matcher(text);
        if (!pem.find() || !(pem.group(1).equals(PLAIN) || pem.group(1).equals(ENCRYPTED))) {
            throw new IOException("\"" + file + "\" has no key in PKCS 8 form (-----BEGIN PRIVATE KEY-----);"
                    + " openssl pkcs8 -topk8 -nocrypt makes one of other PEM keys");
        }
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(pem.group(2));
            PKCS8EncodedKeySpec spec =
                    pem.group(1).equals(ENCRYPTED) ? decrypted(tls, bytes) : new PKCS8EncodedKeySpec(bytes);
            return KeyFactory.getInstance(algorithm).generatePrivate(spec);
        } catch (InvalidKeySpecException | IllegalArgumentException e) {
            throw new IOException(
                    "the key \"" + file + "\" is damaged, or of another kind than the certificate, which is "
                            + algorithm,
                    e);
        } catch (GeneralSecurityException e) {
            throw new IOException("the key \"" + file + "\" cannot be read: " + e.getMessage(), e);
        }
    }

    private static PKCS8EncodedKeySpec decrypted(Endpoint.Tls tls, byte[] bytes)
            throws IOException, GeneralSecurityException {
        Optional<String> password = tls.password();
        if (password.isEmpty()) {
            throw new IOException(
                    "the key \"" + tls.key() + "\" is encrypted; give its password, or a key that is not");
        }
        EncryptedPrivateKeyInfo encrypted;
        try {
            encrypted = new EncryptedPrivateKeyInfo(bytes);
        } catch (IOException e) {
            throw new IOException(
                    "the key \"" + tls.key() + "\" is encrypted in a way that Java does not know (" + e.getMessage()
                            + "); openssl pkcs8 -topk8 -v2 aes256 makes one that it does",
                    e);
        }
        AlgorithmParameters parameters = encrypted.getAlgParameters(); // of PBES2 they know the algorithm's name
        String algorithm = parameters == null ? encrypted.getAlgName() : parameters.toString();
        Cipher cipher = Cipher.getInstance(algorithm);
        PBEKeySpec secret = new PBEKeySpec(password.get().toCharArray());
        cipher.init(Cipher.DECRYPT_MODE, SecretKeyFactory.getInstance(algorithm).generateSecret(secret), parameters);
        try {
            return encrypted.getKeySpec(cipher);
        } catch (InvalidKeySpecException e) {
            throw new IOException("the password does not open the key \"" + tls.key() + "\"", e);
        }
    }

    private static boolean belongTogether(PublicKey open, PrivateKey key) throws IOException {
        String algorithm = switch (open.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> open.getAlgorithm();
        };
        try {
            byte[] message = {1, 2, 3};
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(message);
            Signature checking = Signature.getInstance(algorithm);
            checking.initVerify(open);
            checking.update(message);
            return checking.verify(signing.sign());
        } catch (GeneralSecurityException e) {
            throw new IOException("the key and the certificate cannot be used: " + e.getMessage(), e);
        }
    }

    private static IOException missing(String what, Path file, IOException cause) {
        return new IOException("the " + what + " \"" + file + "\" is not there", cause);
    }
}
