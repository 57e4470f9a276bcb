package dev.thaw.controlplane;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a server's certificate and its private key are.
 *
 * @param certificate PEM: the server's own certificate, then those that lead from it to an authority that clients know
 * @param key         PEM, {@code PRIVATE KEY} (PKCS #8, RFC 5958), not encrypted; mode 0600
 */
public record TlsFiles(Path certificate, Path key) {
    private static final int MOST_BYTES = 1 << 20;
    private static final Set<PosixFilePermission> MAY = Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final Pattern PEM_KEY = Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END \\1PRIVATE KEY-----");

    /** What the files hold, checked; its string shows no key. */
    record Identity(X509Certificate certificate, byte[] certificatePem, byte[] keyPem) {
        @Override
        public String toString() {
            return "Identity[" + certificate.getSubjectX500Principal() + "]";
        }

        Instant expires() {
            return certificate.getNotAfter().toInstant();
        }

        Instant begins() {
            return certificate.getNotBefore().toInstant();
        }
    }

    /** When the files were changed last; another value means that they may hold something else. */
    List<FileTime> changed() throws IOException {
        return List.of(Files.getLastModifiedTime(certificate), Files.getLastModifiedTime(key));
    }

    /**
     * Reads and checks both.
     *
     * @throws IOException with a message for the operator
     */
    Identity read() throws IOException {
        byte[] certificatePem = bytes("certificate", certificate);
        for (PosixFilePermission permission : Files.getPosixFilePermissions(key)) {
            if (!MAY.contains(permission)) {
                throw new IOException("the TLS key " + key + " can be used by others than its owner: chmod 600 " + key);
            }
        }
        byte[] keyPem = bytes("key", key);
        X509Certificate own = certificate(certificatePem);
        PrivateKey secret = key(keyPem, own.getPublicKey().getAlgorithm());
        if (!belong(own, secret)) {
            throw new IOException("the TLS key " + key + " is not that of the first certificate in " + certificate);
        }
        return new Identity(own, certificatePem, keyPem);
    }

    private static byte[] bytes(String what, Path file) throws IOException {
        if (!Files.isReadable(file) || !Files.isRegularFile(file)) {
            throw new IOException("the TLS " + what + " " + file + " cannot be read: there is no such file, or it is not this user's");
        }
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException("the TLS " + what + " " + file + " is larger than " + MOST_BYTES + " bytes");
        }
        return Files.readAllBytes(file);
    }

    private X509Certificate certificate(byte[] pem) throws IOException {
        try {
            return CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem)).stream().findFirst()
                    .map(X509Certificate.class::cast).orElseThrow(() -> new CertificateException("there is none"));
        } catch (CertificateException _) {
            throw new IOException("the TLS certificate " + certificate + " is none: it takes PEM, which begins with -----BEGIN CERTIFICATE-----");
        }
    }

    private PrivateKey key(byte[] pem, String algorithm) throws IOException {
        Matcher matcher = PEM_KEY.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        if (!matcher.find()) {
            throw new IOException("the TLS key " + key + " is none: it takes PEM, which begins with -----BEGIN PRIVATE KEY-----");
        }
        if (!matcher.group(1).isEmpty()) {
            throw new IOException("the TLS key " + key + " is an " + matcher.group(1).strip() + " PRIVATE KEY; write it as a plain one:"
                    + " openssl pkcs8 -topk8 -nocrypt -in " + key + " -out NEW");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(matcher.group(2));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (InvalidKeySpecException | IllegalArgumentException _) {
            throw new IOException("the TLS key " + key + " is not that of the first certificate in " + certificate + ", which is of the kind " + algorithm);
        } catch (GeneralSecurityException e) {
            throw new IOException("the TLS certificate " + certificate + " is of a kind that is not known here: " + e.getMessage());
        }
    }

    /** Whether what one signs is what the other takes for signed. */
    private static boolean belong(X509Certificate certificate, PrivateKey secret) throws IOException {
        String algorithm = switch (secret.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> secret.getAlgorithm();
        };
        try {
            Signature sign = Signature.getInstance(algorithm);
            sign.initSign(secret);
            sign.update(certificate.getEncoded());
            byte[] signed = sign.sign();
            Signature verify = Signature.getInstance(algorithm);
            verify.initVerify(certificate.getPublicKey());
            verify.update(certificate.getEncoded());
            return verify.verify(signed);
        } catch (GeneralSecurityException e) {
            throw new IOException("the TLS certificate and its key cannot be used: " + e.getMessage());
        }
    }
}
