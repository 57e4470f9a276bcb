package dev.thaw.controlplane.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Secret keys by their ids; immutable. Its string shows neither. */
public final class Keys {
    /** Anything but the owner's. */
    private static final Set<PosixFilePermission> OTHERS = Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);
    private static final Pattern LINE = Pattern.compile("([A-Za-z0-9]{4,128})\\s+([!-~]{16,256})");
    private static final int MOST_BYTES = 1 << 20;

    private final Map<String, String> secrets;

    private Keys(Map<String, String> secrets) {
        this.secrets = Map.copyOf(secrets);
    }

    /**
     * Reads a file of lines {@code ACCESS_KEY_ID SECRET}; empty lines and those that begin with # are none.
     *
     * @throws IOException with a message for the operator: the file's mode is not 0600 (or less), or a line is none
     */
    public static Keys read(Path file) throws IOException {
        for (PosixFilePermission permission : Files.getPosixFilePermissions(file)) {
            if (OTHERS.contains(permission)) {
                throw new IOException("the key file " + file + " can be used by others than its owner: chmod 600 " + file);
            }
        }
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException("the key file " + file + " is larger than " + MOST_BYTES + " bytes");
        }
        Map<String, String> secrets = new HashMap<>();
        int number = 0;
        for (String line : Files.readString(file, StandardCharsets.UTF_8).lines().toList()) {
            number++;
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            Matcher matcher = LINE.matcher(text);
            if (!matcher.matches()) {
                throw new IOException("the key file " + file + ", line " + number
                        + ": it takes an id of 4 to 128 letters and digits, a space, and a secret of 16 to 256 visible characters");
            }
            if (secrets.put(matcher.group(1), matcher.group(2)) != null) {
                throw new IOException("the key file " + file + ", line " + number + ": this id stands there twice");
            }
        }
        if (secrets.isEmpty()) {
            throw new IOException("the key file " + file + " holds no key: write lines 'ACCESS_KEY_ID SECRET'");
        }
        return new Keys(secrets);
    }

    Optional<String> secret(String id) {
        return Optional.ofNullable(secrets.get(id));
    }

    public int size() {
        return secrets.size();
    }

    @Override
    public String toString() {
        return "Keys[" + secrets.size() + "]";
    }
}
