package dev.thaw.deploy.diff;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A file or symbolic link of a package.
 *
 * @param bytes      its size; of a link that of its target's name
 * @param sha256     of its content, or of its target's name; hexadecimal
 * @param executable by its owner; false of a link
 * @param link       whether it is a symbolic link
 */
record FileState(long bytes, String sha256, boolean executable, boolean link) {
    /** Of what is to be packed. */
    static SortedMap<String, FileState> of(SortedMap<String, Path> contents) throws IOException {
        SortedMap<String, FileState> files = new TreeMap<>();
        for (var entry : contents.entrySet()) {
            Path file = entry.getValue();
            if (Files.isSymbolicLink(file)) {
                byte[] target = Files.readSymbolicLink(file).toString().getBytes(StandardCharsets.UTF_8);
                files.put(entry.getKey(), new FileState(target.length, HexFormat.of().formatHex(newDigest().digest(target)), false, true));
            } else if (Files.isRegularFile(file)) {
                files.put(entry.getKey(), new FileState(Files.size(file), digest(file), Files.isExecutable(file), false));
            }
        }
        return files;
    }

    /** Of what a server says that it has. */
    static SortedMap<String, FileState> of(JsonNode packaged) {
        SortedMap<String, FileState> files = new TreeMap<>();
        packaged.path("files").forEach(file -> files.put(file.path("path").asText(), new FileState(file.path("size").asLong(),
                file.path("sha256").asText(), file.path("executable").asBoolean(), file.path("link").asBoolean())));
        return files;
    }

    /** SHA-256 of a file, hexadecimal. */
    static String digest(Path file) throws IOException {
        MessageDigest digest = newDigest();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] chunk = new byte[1 << 16];
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                digest.update(chunk, 0, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
