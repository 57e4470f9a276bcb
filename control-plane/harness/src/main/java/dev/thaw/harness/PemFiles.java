package dev.thaw.harness;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A certificate for 127.0.0.1 that signs itself.
 *
 * @param certificate PEM
 * @param key         PEM, PKCS #8, not encrypted; mode 0600
 */
public record PemFiles(Path certificate, Path key) {
    private static final String ALIAS = "a";

    /** Writes {@code NAME.crt} and {@code NAME.key}. @param more of keytool's options, such as {@code -startdate -10d} */
    public static PemFiles make(Path folder, String name, String algorithm, String... more) throws IOException {
        Path store = folder.resolve(name + ".p12");
        List<String> arguments = new ArrayList<>(List.of("-genkeypair", "-alias", ALIAS, "-keyalg", algorithm, "-dname", "CN=" + name,
                "-ext", "san=ip:127.0.0.1,dns:localhost", "-storetype", "PKCS12", "-keystore", store.toString()));
        arguments.addAll(List.of(more));
        Keytool.run(arguments.toArray(String[]::new));
        char[] password = Keytool.STORE_PASSWORD.toCharArray();
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, password);
            Path certificate = Files.writeString(folder.resolve(name + ".crt"), pem("CERTIFICATE", keys.getCertificate(ALIAS).getEncoded()));
            Path key = Files.writeString(folder.resolve(name + ".key"), pem("PRIVATE KEY", keys.getKey(ALIAS, password).getEncoded()));
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
            return new PemFiles(certificate, key);
        } catch (GeneralSecurityException e) {
            throw new IOException(store + " cannot be read", e);
        }
    }

    /** Base64 between lines that say what it is (RFC 7468). */
    static String pem(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + what + "-----\n";
    }
}
