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

/**
 * Secret keys by their ids; immutable. Its string shows neither.
 *
 * <p>Signatures are computed from the secret itself, so these cannot be kept as hashes: who reads the file has the keys. API keys, which
 * can, are {@link ApiKeys}.
 */
public final class Keys {
    /** Anything but the owner's. */
    private static final Set<PosixFilePermission> OTHERS = Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);
    private static final Pattern LINE = Pattern.compile("([A-Za-z0-9]{4,128})\\s+([!-~]{16,256})(?:\\s+(\\S+))?(?:\\s+(\\S+))?");
    private static final int MOST_BYTES = 1 << 20;

    /** A secret and who has it. */
    record Entry(String secret, Principal principal) {
        @Override
        public String toString() {
            return "Entry[" + principal + "]";
        }
    }

    private final Map<String, Entry> entries;

    private Keys(Map<String, Entry> entries) {
        this.entries = Map.copyOf(entries);
    }

    /**
     * Reads a file of lines {@code ACCESS_KEY_ID SECRET [ROLE [NAMESPACE]]}, of which the role is admin and the namespace the default one
     * unless they say otherwise; empty lines and those that begin with # are none.
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
        Map<String, Entry> entries = new HashMap<>();
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
                        + ": it takes an id of 4 to 128 letters and digits, a space, a secret of 16 to 256 visible characters, and then a role"
                        + " and a namespace if you want");
            }
            Principal principal = new Principal(matcher.group(1), role(file, number, matcher.group(3)), namespace(file, number, matcher.group(4)));
            if (entries.put(principal.id(), new Entry(matcher.group(2), principal)) != null) {
                throw new IOException("the key file " + file + ", line " + number + ": this id stands there twice");
            }
        }
        if (entries.isEmpty()) {
            throw new IOException("the key file " + file + " holds no key: write lines 'ACCESS_KEY_ID SECRET'");
        }
        return new Keys(entries);
    }

    private static Role role(Path file, int line, String text) throws IOException {
        return text == null ? Role.ADMIN : Role.of(text).orElseThrow(() -> new IOException("the key file " + file + ", line " + line
                + ": after the secret comes a role, which is admin, deploy or invoke"));
    }

    private static Namespace namespace(Path file, int line, String text) throws IOException {
        if (text != null && !Namespace.isName(text)) {
            throw new IOException("the key file " + file + ", line " + line
                    + ": after the role comes a namespace, which is a letter and up to 31 lower-case letters, digits and '-'");
        }
        return text == null ? Namespace.DEFAULT : new Namespace(text);
    }

    Optional<Entry> find(String id) {
        return Optional.ofNullable(entries.get(id));
    }

    boolean hasServerAdmin() {
        return entries.values().stream().anyMatch(entry -> entry.principal().isServerAdmin());
    }

    public int size() {
        return entries.size();
    }

    @Override
    public String toString() {
        return "Keys[" + entries.size() + "]";
    }
}
