package dev.thaw.deploy.client;

import dev.thaw.controlplane.auth.Signer;
import dev.thaw.deploy.Failure;
import dev.thaw.deploy.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where a command finds its key: a file, or the environment; never its arguments, which other users of the machine can read.
 *
 * <p>{@code --key-file}, then {@code THAW_KEY} (the token itself), then {@code THAW_KEY_FILE}, then {@code THAW_ACCESS_KEY_ID} with
 * {@code THAW_SECRET_ACCESS_KEY} to sign with.
 */
public final class CredentialSource {
    private static final String TOKEN = "thaw_[0-9a-f]{12}_[0-9a-f]{64}";
    private static final int MOST_BYTES = 4_096;
    private static final Set<PosixFilePermission> OWNERS = Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_EXECUTE);

    private CredentialSource() {}

    /** The key that the user means, if any; fails with a message when it is none. */
    public static Credentials find(Optional<Path> file, Map<String, String> environment) {
        if (file.isPresent()) {
            return ofFile(file.get());
        }
        String token = environment.getOrDefault("THAW_KEY", "").strip();
        if (!token.isEmpty()) {
            return checked(token, "THAW_KEY");
        }
        String named = environment.getOrDefault("THAW_KEY_FILE", "");
        if (!named.isBlank()) {
            return ofFile(Path.of(named));
        }
        String id = environment.getOrDefault("THAW_ACCESS_KEY_ID", "");
        String secret = environment.getOrDefault("THAW_SECRET_ACCESS_KEY", "");
        return id.isEmpty() || secret.isEmpty() ? new Credentials.None() : new Credentials.Signature(new Signer(id, secret));
    }

    /** The token that a file holds, which nobody but its owner may read. */
    public static Credentials ofFile(Path file) {
        try {
            if (!OWNERS.containsAll(Files.getPosixFilePermissions(file))) {
                throw new Failure(Failure.FAILED, "the key file " + file + " can be used by others than its owner: chmod 600 " + file);
            }
            if (Files.size(file) > MOST_BYTES) {
                throw new Failure(Failure.FAILED, "the key file " + file + " is no key: it has more than " + MOST_BYTES + " bytes");
            }
            return checked(Files.readString(file, StandardCharsets.ISO_8859_1).strip(), "the key file " + file);
        } catch (IOException e) {
            throw new Failure(Failure.FAILED, "the key file " + file + " cannot be read: " + Reason.of(e));
        }
    }

    private static Credentials checked(String token, String where) {
        if (!token.matches(TOKEN)) {
            throw new Failure(Failure.FAILED, where + " holds no API key: it is of the form thaw_ID_SECRET, as `thaw keys create` prints it");
        }
        return new Credentials.Token(token);
    }
}
