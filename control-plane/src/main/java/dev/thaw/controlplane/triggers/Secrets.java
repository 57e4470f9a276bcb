package dev.thaw.controlplane.triggers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.thaw.controlplane.http.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The server's folder of secrets: files that its owner puts there, which requests can name and never read. Every failure says which file and
 * what to do about it, and nothing of what is in it.
 */
public final class Secrets {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,99}");
    /** Of a namespace other than the default one, in a folder of its name. */
    private static final Pattern PATH = Pattern.compile("(?:[a-z][a-z0-9-]{0,31}/)?" + NAME);
    private static final int MOST_BYTES = 1 << 20;
    private static final Set<PosixFilePermission> OTHERS = Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

    private final Path folder;

    public Secrets(Path folder) {
        this.folder = folder;
    }

    /** For SASL; prints nothing of itself. */
    public record Login(String username, String password) {
        @Override
        public String toString() {
            return "Login[hidden]";
        }
    }

    /** A certificate chain and its private key, PEM; the password is empty where the key has none. Prints nothing of itself. */
    public record ClientCertificate(String certificates, String privateKey, String keyPassword) {
        @Override
        public String toString() {
            return "ClientCertificate[hidden]";
        }
    }

    /** Whether a file of the folder may be called this. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** Reads {@code {"username": …, "password": …}}. */
    public Login login(String name) throws IOException {
        JsonNode json = json(name);
        return new Login(text(name, json, "username"), text(name, json, "password"));
    }

    /** Reads {@code {"certificate": PEM, "privateKey": PEM}} and perhaps {@code "privateKeyPassword"}, as Lambda has it. */
    public ClientCertificate clientCertificate(String name) throws IOException {
        JsonNode json = json(name);
        return new ClientCertificate(text(name, json, "certificate"), text(name, json, "privateKey"), json.path("privateKeyPassword").asText(""));
    }

    /** Reads PEM certificates: the file is PEM, or {@code {"certificate": PEM}} as Lambda has it. */
    public String certificates(String name) throws IOException {
        String text = read(name).strip();
        String pem = text.startsWith("{") ? text(name, json(name), "certificate") : text;
        if (!pem.contains("-----BEGIN CERTIFICATE-----")) {
            throw refused(name, "holds no PEM certificate (-----BEGIN CERTIFICATE-----)");
        }
        return pem;
    }

    private JsonNode json(String name) throws IOException {
        try {
            JsonNode json = Json.parse(read(name).getBytes(StandardCharsets.UTF_8));
            if (json.isObject()) {
                return json;
            }
        } catch (JsonProcessingException _) {
            // Its message quotes the file.
        }
        throw refused(name, "is no JSON object");
    }

    private static String text(String name, JsonNode json, String field) throws IOException {
        JsonNode value = json.path(field);
        if (!value.isTextual() || value.asText().isEmpty()) {
            throw refused(name, "has no text \"" + field + "\"");
        }
        return value.asText();
    }

    private String read(String name) throws IOException {
        if (!PATH.matcher(name).matches()) {
            throw refused(name.replaceAll("[^a-zA-Z0-9_./-]", "?"), "has no name that a secret may have (" + NAME + ")");
        }
        Path file = folder.resolve(name);
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            if (Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS).stream().anyMatch(OTHERS::contains)) {
                throw refused(name, "can be read by others: chmod 600 " + file);
            }
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw refused(name, "is larger than " + MOST_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (NoSuchFileException _) {
            throw refused(name, "is not there: put it on the server as " + file + ", mode 600");
        } catch (SecretException e) {
            throw e;
        } catch (IOException e) {
            throw refused(name, "cannot be read (" + e.getClass().getSimpleName() + "): it has to be a plain file " + file + " of the server's user");
        }
    }

    private static SecretException refused(String name, String why) {
        return new SecretException("the secret '" + name + "' " + why);
    }

    /** A secret that cannot be had; the message holds nothing of it. */
    public static final class SecretException extends IOException {
        private static final long serialVersionUID = 1L;

        SecretException(String message) {
            super(message);
        }
    }
}
