package dev.thaw.deploy.pack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/**
 * A function's folder as a zip: unix modes and symbolic links kept, entries in order of their names, all of one date, so that
 * the same folder gives the same bytes. A temporary file that {@link #close} deletes.
 *
 * @param file the zip
 * @param files how many files and links are in it
 * @param bytes their size before compression
 */
public record PackageZip(Path file, int files, long bytes) implements AutoCloseable {
    // stat(2): the file type bits of st_mode, as zip's unix extension keeps them
    private static final int S_IFDIR = 0040000;
    private static final int S_IFLNK = 0120000;
    private static final int S_IFREG = 0100000;
    /** The oldest date that a zip can hold, 1980-01-01 12:00 UTC: the same in every time zone's DOS date. */
    private static final long DATE_MILLIS = 315_576_000_000L;

    /** Packs a folder as it is. */
    public static PackageZip of(Path folder) throws IOException, PackageException {
        return of(contents(folder));
    }

    /**
     * Packs files. Symbolic links are packed as links, whatever they point at.
     *
     * @param contents path inside the package -> file
     */
    public static PackageZip of(SortedMap<String, Path> contents) throws IOException, PackageException {
        Path file = Files.createTempFile("thaw-package-", ".zip");
        try {
            return write(file, contents);
        } catch (IOException | PackageException | RuntimeException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private static PackageZip write(Path file, SortedMap<String, Path> contents) throws IOException, PackageException {
        int files = 0;
        long bytes = 0;
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(file)) {
            for (var entry : contents.entrySet()) {
                Path path = entry.getValue();
                if (Files.isSymbolicLink(path)) {
                    if (!isText(Files.readSymbolicLink(path))) {
                        throw new PackageException(path + " is a link to " + shown(Files.readSymbolicLink(path))
                                + ", whose name is not UTF-8 or holds control characters: rename that, or name the link in " + IgnoreRules.FILE);
                    }
                    byte[] target = Files.readSymbolicLink(path).toString().getBytes(StandardCharsets.UTF_8);
                    begin(zip, entry.getKey(), S_IFLNK | 0777);
                    zip.write(target);
                    files++;
                } else if (Files.isDirectory(path)) {
                    begin(zip, entry.getKey() + "/", S_IFDIR | mode(path));
                } else if (Files.isRegularFile(path)) {
                    begin(zip, entry.getKey(), S_IFREG | mode(path));
                    bytes += Files.copy(path, zip);
                    files++;
                } else {
                    throw new PackageException(path + " is neither a file, a folder nor a link, and cannot be deployed:"
                            + " remove it or name it in " + IgnoreRules.FILE);
                }
                zip.closeArchiveEntry();
            }
        }
        return new PackageZip(file, files, bytes);
    }

    private static void begin(ZipArchiveOutputStream zip, String name, int mode) throws IOException {
        ZipArchiveEntry entry = new ZipArchiveEntry(name);
        entry.setTime(DATE_MILLIS);
        entry.setUnixMode(mode);
        zip.putArchiveEntry(entry);
    }

    private static int mode(Path path) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
        int mode = 0;
        // the enum's order is that of the mode's bits, owner's read first
        for (PosixFilePermission permission : permissions) {
            mode |= 0400 >> permission.ordinal();
        }
        return mode;
    }

    /** What is to be packed: path inside the package -> file. */
    static TreeMap<String, Path> contents(Path folder) throws IOException, PackageException {
        IgnoreRules rules = IgnoreRules.of(folder);
        TreeMap<String, Path> contents = new TreeMap<>();
        List<Path> nameless = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
                if (path.equals(folder)) {
                    return FileVisitResult.CONTINUE;
                }
                return add(path, true) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                add(path, false);
                return FileVisitResult.CONTINUE;
            }

            private boolean add(Path path, boolean isFolder) {
                Path relative = folder.relativize(path);
                if (rules.ignores(relative, isFolder)) {
                    return false;
                }
                if (!isText(path.getFileName())) {
                    nameless.add(path);
                    return false;
                }
                contents.put(relative.toString(), path);
                return true;
            }
        });
        if (!nameless.isEmpty()) {
            throw new PackageException(shown(nameless.getFirst()) + " has a name that is not UTF-8 or holds control characters"
                    + (nameless.size() == 1 ? "" : ", and so have " + (nameless.size() - 1) + " more")
                    + "; a package cannot keep it: rename the file, or name it in " + IgnoreRules.FILE);
        }
        return contents;
    }

    /** Names are bytes to Linux and text in a zip: Java shows what is not UTF-8 as U+FFFD, which is another name when read back. */
    private static boolean isText(Path name) {
        try {
            return Path.of(name.toString()).equals(name) && name.toString().chars().noneMatch(Character::isISOControl);
        } catch (InvalidPathException e) {
            return false; // where file names are ASCII to Java
        }
    }

    private static String shown(Path file) {
        return file.toString().replaceAll("\\p{Cntrl}", "?");
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
