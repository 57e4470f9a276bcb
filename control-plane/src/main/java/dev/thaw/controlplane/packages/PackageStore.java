package dev.thaw.controlplane.packages;

import dev.thaw.invoker.FunctionManifest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The unpacked packages, {@code packages/SHA256-OF-ZIP/}, each counted by its holders and removed with the last of them.
 *
 * <p>Thread-safe; its methods read and write disks. A folder appears whole, by a rename, or not at all.
 */
public final class PackageStore {
    private static final System.Logger LOG = System.getLogger(PackageStore.class.getName());

    private final Path folder;
    private final Path temporary;
    private final Map<String, Integer> holders = new HashMap<>();

    /**
     * A store in existing folders of one file system.
     *
     * @param temporary where packages are unpacked; its content at this moment is left over and removed
     */
    public PackageStore(Path folder, Path temporary) throws IOException {
        this.folder = folder;
        this.temporary = temporary;
        try (Stream<Path> left = Files.list(temporary)) {
            for (Path each : left.toList()) {
                Trees.delete(each);
            }
        }
    }

    /** Removes every package but these, each held from now on as often as it is named: what a server finds at its start. */
    public void keepOnly(Collection<String> digests) throws IOException {
        synchronized (holders) {
            digests.forEach(digest -> holders.merge(digest, 1, Integer::sum));
        }
        try (Stream<Path> all = Files.list(folder)) {
            for (Path each : all.toList()) {
                if (!digests.contains(each.getFileName().toString())) {
                    Trees.delete(each);
                }
            }
        }
    }

    /** Bytes of the file system. */
    public long totalSpace() {
        return folder.toFile().getTotalSpace();
    }

    /** Where a package lies or would lie. */
    public Path path(String sha256) {
        return folder.resolve(sha256);
    }

    /** The digest that names the package of this zip. */
    public static String digest(Path zip) throws IOException {
        try (InputStream in = Files.newInputStream(zip)) {
            return digest(in);
        }
    }

    private static String digest(InputStream in) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] chunk = new byte[1 << 16];
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                digest.update(chunk, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Says which manifest a function runs by, given the folder of its package. */
    @FunctionalInterface
    public interface ManifestSource {
        byte[] yaml(Path folder) throws IOException, PackageException;
    }

    /** The package's own function.yaml, which has to be there. */
    public static byte[] ownManifest(Path folder) throws IOException, PackageException {
        return PackageCheck.manifestBytes(folder);
    }

    /** The package's own function.yaml, if it has one. */
    public static Optional<byte[]> manifestIn(Path folder) throws IOException, PackageException {
        return PackageCheck.hasManifest(folder) ? Optional.of(PackageCheck.manifestBytes(folder)) : Optional.empty();
    }

    /**
     * Unpacks, checks and keeps a package.
     *
     * @param sha256 its {@link #digest}
     * @param name   the function it has to be
     */
    public UnpackedPackage add(Path zip, String sha256, String name, ManifestSource source) throws IOException, PackageException {
        Path aside = Files.createTempDirectory(temporary, "package");
        try {
            ZipExtractor.extract(zip, aside);
            byte[] yaml = source.yaml(aside);
            FunctionManifest manifest = PackageCheck.check(name, yaml, aside);
            Files.setPosixFilePermissions(aside, PosixFilePermissions.fromString("rwxr-xr-x"));
            publish(aside, sha256);
            return new UnpackedPackage(sha256, Files.size(zip), path(sha256), yaml, manifest);
        } finally {
            Trees.delete(aside);
        }
    }

    /** Holds a package that is there once more, to run it by another manifest. */
    public UnpackedPackage addAgain(String sha256, long zipBytes, String name, ManifestSource source) throws IOException, PackageException {
        synchronized (holders) {
            if (!holders.containsKey(sha256) || !Files.isDirectory(path(sha256))) {
                throw new PackageException("the function's package " + path(sha256) + " is gone: update its code");
            }
            holders.merge(sha256, 1, Integer::sum);
        }
        try {
            byte[] yaml = source.yaml(path(sha256));
            return new UnpackedPackage(sha256, zipBytes, path(sha256), yaml, PackageCheck.check(name, yaml, path(sha256)));
        } catch (IOException | PackageException | RuntimeException e) {
            release(sha256);
            throw e;
        }
    }

    /** The files of a package that is held, by path. */
    public List<PackedFile> files(String sha256) throws IOException, PackageException {
        synchronized (holders) {
            if (!holders.containsKey(sha256) || !Files.isDirectory(path(sha256))) {
                throw new PackageException("the function's package " + path(sha256) + " is gone: deploy it again");
            }
            holders.merge(sha256, 1, Integer::sum);
        }
        try (Stream<Path> all = Files.walk(path(sha256))) {
            List<PackedFile> files = new ArrayList<>();
            for (Path file : (Iterable<Path>) all::iterator) {
                String path = path(sha256).relativize(file).toString();
                if (Files.isSymbolicLink(file)) {
                    byte[] target = Files.readSymbolicLink(file).toString().getBytes(StandardCharsets.UTF_8);
                    files.add(new PackedFile(path, target.length, digest(new ByteArrayInputStream(target)), false, true));
                } else if (Files.isRegularFile(file)) {
                    try (InputStream in = Files.newInputStream(file)) {
                        files.add(new PackedFile(path, Files.size(file), digest(in), Files.isExecutable(file), false));
                    }
                }
            }
            files.sort(Comparator.comparing(PackedFile::path));
            return files;
        } finally {
            release(sha256);
        }
    }

    private void publish(Path aside, String sha256) throws IOException {
        synchronized (holders) {
            boolean there = holders.merge(sha256, 1, Integer::sum) > 1 && Files.isDirectory(path(sha256));
            try {
                if (!there) {
                    Trees.delete(path(sha256)); // nobody holds it: what a failed removal left
                    Files.move(aside, path(sha256), StandardCopyOption.ATOMIC_MOVE);
                }
            } catch (IOException e) {
                drop(sha256);
                throw e;
            }
        }
    }

    /** Lets go of a package; its folder is removed when nobody else holds it. */
    public void release(String sha256) {
        synchronized (holders) {
            if (drop(sha256)) {
                try {
                    Trees.delete(path(sha256));
                } catch (IOException e) {
                    LOG.log(Level.WARNING, "package folder " + path(sha256) + " cannot be removed: " + e);
                }
            }
        }
    }

    private boolean drop(String sha256) {
        int left = holders.merge(sha256, -1, Integer::sum);
        if (left <= 0) {
            holders.remove(sha256);
        }
        return left <= 0;
    }
}
