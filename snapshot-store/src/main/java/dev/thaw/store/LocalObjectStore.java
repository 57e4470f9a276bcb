package dev.thaw.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A store in a folder of this machine: {@code sha256/ab/abcdef…} objects, {@code manifests/KIND/NAME.json}, {@code tmp/} what
 * is being written. Files are 0600, folders 0700. What a crash left in {@code tmp} is removed when the store is opened, so one
 * process at a time may have it open.
 */
public final class LocalObjectStore implements ObjectStore {
    private static final FileAttribute<Set<PosixFilePermission>> FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final Pattern KIND = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-][a-zA-Z0-9_.-]{0,199}");
    private static final String SUFFIX = ".json";
    private static final int CHUNK = 1 << 17;

    private final Path objects;
    private final Path manifests;
    private final Path temporary;

    /** Opens or makes the store in this folder. */
    public LocalObjectStore(Path folder) throws IOException {
        this.objects = folder.resolve("sha256");
        this.manifests = folder.resolve("manifests");
        this.temporary = folder.resolve("tmp");
        for (Path each : List.of(folder, objects, manifests, temporary)) {
            Files.createDirectories(each, FOLDER);
        }
        try (Stream<Path> left = Files.list(temporary)) {
            for (Path file : left.toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    public Digest put(InputStream content) throws IOException {
        Path aside = Files.createTempFile(temporary, "object", "", FILE);
        try {
            MessageDigest sha256 = sha256();
            try (FileChannel out = FileChannel.open(aside, StandardOpenOption.WRITE)) {
                byte[] chunk = new byte[CHUNK];
                for (int n = content.read(chunk); n >= 0; n = content.read(chunk)) {
                    sha256.update(chunk, 0, n);
                    writeAll(out, ByteBuffer.wrap(chunk, 0, n));
                }
                out.force(true);
            }
            Digest digest = Digest.of(sha256.digest());
            publish(aside, digest);
            return digest;
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    @Override
    public Digest putFile(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(file + " is not a regular file");
        }
        Digest digest = digestOf(file);
        if (verify(digest)) {
            return digest;
        }
        Path aside = Files.createTempFile(temporary, "object", "", FILE);
        try {
            Files.delete(aside);
            try {
                // A link keeps the holes of a memory image and costs nothing; only across file systems is a copy needed.
                Files.createLink(aside, file);
                Files.setPosixFilePermissions(aside, FILE.value());
            } catch (UnsupportedOperationException | java.nio.file.FileSystemException e) {
                try (InputStream in = Files.newInputStream(file)) {
                    return put(in);
                }
            }
            try (FileChannel flushed = FileChannel.open(aside, StandardOpenOption.READ)) {
                flushed.force(true);
            }
            publish(aside, digest);
            return digest;
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    @Override
    public Path path(Digest digest) {
        return objects.resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
    }

    @Override
    public boolean contains(Digest digest) {
        return Files.isRegularFile(path(digest), LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public boolean verify(Digest digest) throws IOException {
        try {
            return contains(digest) && digestOf(path(digest)).equals(digest);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public boolean delete(Digest digest) throws IOException {
        return Files.deleteIfExists(path(digest));
    }

    @Override
    public void putManifest(String kind, String name, byte[] json) throws IOException {
        Path target = manifestPath(kind, name);
        if (json.length > MAX_MANIFEST_BYTES) {
            throw new IllegalArgumentException(
                    "manifest " + kind + "/" + name + " has " + json.length + " bytes, at most " + MAX_MANIFEST_BYTES);
        }
        Files.createDirectories(target.getParent(), FOLDER);
        Path aside = Files.createTempFile(temporary, "manifest", "", FILE);
        try {
            try (FileChannel out = FileChannel.open(aside, StandardOpenOption.WRITE)) {
                writeAll(out, ByteBuffer.wrap(json));
                out.force(true);
            }
            moveInto(aside, target);
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    @Override
    public Optional<byte[]> manifest(String kind, String name) throws IOException {
        Path file = manifestPath(kind, name);
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] json = in.readNBytes(MAX_MANIFEST_BYTES + 1);
            if (json.length > MAX_MANIFEST_BYTES) {
                throw new IOException(file + " is larger than a manifest may be; it was not written by Thaw");
            }
            return Optional.of(json);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public List<String> manifests(String kind) throws IOException {
        checkKind(kind);
        Path folder = manifests.resolve(kind);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(SUFFIX))
                    .map(file -> file.substring(0, file.length() - SUFFIX.length()))
                    .filter(name -> NAME.matcher(name).matches())
                    .sorted()
                    .toList();
        }
    }

    @Override
    public boolean deleteManifest(String kind, String name) throws IOException {
        return Files.deleteIfExists(manifestPath(kind, name));
    }

    private Path manifestPath(String kind, String name) {
        checkKind(kind);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is not a manifest's name: " + NAME);
        }
        return manifests.resolve(kind).resolve(name + SUFFIX);
    }

    private static void checkKind(String kind) {
        if (!KIND.matcher(kind).matches()) {
            throw new IllegalArgumentException("'" + kind + "' is not a kind of manifests: " + KIND);
        }
    }

    /** Puts a finished file under its digest; one that is there already but is damaged is replaced. */
    private void publish(Path aside, Digest digest) throws IOException {
        Path target = path(digest);
        Files.createDirectories(target.getParent(), FOLDER);
        if (!verify(digest)) {
            moveInto(aside, target);
        }
    }

    private static void moveInto(Path aside, Path target) throws IOException {
        try {
            Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(target + " is in the way and cannot be replaced", e);
        }
        // The new name survives a power cut only when its folder has reached the disk too, rename(2) and fsync(2).
        try (FileChannel folder = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    private static Digest digestOf(Path file) throws IOException {
        MessageDigest sha256 = sha256();
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] chunk = new byte[CHUNK];
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                sha256.update(chunk, 0, n);
            }
        }
        return Digest.of(sha256.digest());
    }

    private static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
