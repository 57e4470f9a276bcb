package dev.thaw.wasm;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compiled classes as bytes: magic, SHA-256 of all that follows, the key they were compiled for, then the classes.
 *
 * @param mainClass   binary name of the class that implements Endive's {@code Machine}
 * @param classes     class files by binary name
 * @param interpreted functions that have no code, by index among the module's own
 */
record CodeEntry(String mainClass, Map<String, byte[]> classes, Set<Integer> interpreted) {
    /** "ThWC" and a format version. */
    private static final long MAGIC = 0x5468_5743_0000_0002L;
    private static final int DIGEST = 32;
    private static final int MOST_CLASSES = 100_000;

    /** The entry for a key. */
    byte[] write(String key) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(body)) {
            out.writeUTF(key);
            out.writeUTF(mainClass);
            out.writeInt(classes.size());
            for (Map.Entry<String, byte[]> entry : classes.entrySet()) {
                out.writeUTF(entry.getKey());
                out.writeInt(entry.getValue().length);
                out.write(entry.getValue());
            }
            out.writeInt(interpreted.size());
            for (int function : interpreted) {
                out.writeInt(function);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("written to memory", e);
        }
        byte[] content = body.toByteArray();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(whole)) {
            out.writeLong(MAGIC);
            out.write(sha256(content));
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException("written to memory", e);
        }
        return whole.toByteArray();
    }

    /** The entry if it is whole, of this format and for this key; else empty. */
    static Optional<CodeEntry> read(byte[] entry, String key) {
        if (entry.length < Long.BYTES + DIGEST) {
            return Optional.empty();
        }
        byte[] content = Arrays.copyOfRange(entry, Long.BYTES + DIGEST, entry.length);
        try (DataInputStream head = new DataInputStream(new ByteArrayInputStream(entry));
                DataInputStream in = new DataInputStream(new ByteArrayInputStream(content))) {
            byte[] digest = new byte[DIGEST];
            long magic = head.readLong();
            head.readFully(digest);
            if (magic != MAGIC || !MessageDigest.isEqual(digest, sha256(content)) || !in.readUTF().equals(key)) {
                return Optional.empty();
            }
            String mainClass = in.readUTF();
            int count = in.readInt();
            if (count < 1 || count > MOST_CLASSES) {
                return Optional.empty();
            }
            Map<String, byte[]> classes = new LinkedHashMap<>();
            for (int i = 0; i < count; i++) {
                String name = in.readUTF();
                int length = in.readInt();
                if (length < 0 || length > in.available()) {
                    return Optional.empty();
                }
                classes.put(name, in.readNBytes(length));
            }
            Set<Integer> interpreted = new HashSet<>();
            for (int left = in.readInt(); left > 0; left--) {
                interpreted.add(in.readInt());
            }
            return classes.containsKey(mainClass) ? Optional.of(new CodeEntry(mainClass, classes, interpreted)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static String hex(byte[] content) {
        return HexFormat.of().formatHex(sha256(content));
    }

    private static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
