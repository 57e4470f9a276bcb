package dev.thaw.controlplane.packages;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * Unpacks one hostile zip into one empty folder.
 *
 * <p>Nothing is written outside the folder: names are checked, symbolic links are stored and never passed through, no entry comes
 * twice. Number, size and compression of entries are bounded while they are read, not by what the zip claims. Modes become 0755
 * or 0644; devices, sockets and the like are refused. Used once.
 */
final class ZipExtractor {
    static final int MAX_ENTRIES = 65_536;
    /** Bytes of all files together, unpacked. */
    static final long MAX_TOTAL = 1L << 30;
    /** Unpacked bytes for a byte of the zip, above {@link #RATIO_FREE}: packages compress 3 to 10 times, bombs a thousand times. */
    static final int MAX_RATIO = 100;
    private static final long RATIO_FREE = 16 << 20;
    private static final int MAX_LINK_BYTES = 4095;
    /** A central directory record is 46 bytes and the name; APPNOTE 4.3.12. */
    private static final long MAX_DIRECTORY_BYTES = 32 << 20;

    /** File type bits of a unix mode, inode(7). */
    private static final int TYPE_MASK = 0170000;
    private static final int TYPE_FILE = 0100000;
    private static final int TYPE_FOLDER = 0040000;
    private static final int TYPE_LINK = 0120000;
    private static final int OWNER_EXECUTES = 0100;

    private static final Set<PosixFilePermission> EXECUTABLE = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final Set<PosixFilePermission> PLAIN = PosixFilePermissions.fromString("rw-r--r--");

    private enum Kind { FILE, FOLDER, LINK }

    private final Path zip;
    private final Path folder;
    private final Map<EntryName, Kind> seen = new HashMap<>();
    private long budget;

    private ZipExtractor(Path zip, Path folder) throws IOException {
        this.zip = zip;
        this.folder = folder;
        this.budget = Math.min(MAX_TOTAL, RATIO_FREE + MAX_RATIO * Files.size(zip));
    }

    /** Unpacks {@code zip} into {@code folder}, which exists and is empty; what it holds after a failure is for the caller to remove. */
    static void extract(Path zip, Path folder) throws IOException, PackageException {
        new ZipExtractor(zip, folder).run();
    }

    private void run() throws IOException, PackageException {
        String tooLong = "its directory is longer than " + (MAX_DIRECTORY_BYTES >> 20) + " MiB";
        try (BoundedReads reads = new BoundedReads(FileChannel.open(zip, StandardOpenOption.READ), MAX_DIRECTORY_BYTES, tooLong);
                ZipFile archive = open(reads)) {
            reads.unbound();
            int count = 0;
            for (ZipArchiveEntry entry : Collections.list(archive.getEntriesInPhysicalOrder())) {
                if (++count > MAX_ENTRIES) {
                    throw new PackageException("the zip has more than " + MAX_ENTRIES + " entries");
                }
                extract(archive, entry);
            }
        }
    }

    private static ZipFile open(BoundedReads reads) throws PackageException {
        try {
            // The central directory alone says what is in the zip; local headers could tell another story.
            return ZipFile.builder().setSeekableByteChannel(reads).setCharset(StandardCharsets.UTF_8).setIgnoreLocalFileHeader(true).get();
        } catch (IOException | RuntimeException e) {
            throw new PackageException("the body is not a zip that can be read: " + reason(e), e);
        }
    }

    private void extract(ZipFile archive, ZipArchiveEntry entry) throws IOException, PackageException {
        EntryName name = EntryName.parse(entry.getName());
        Kind kind = kind(entry, name);
        makeParents(name);
        Kind before = seen.put(name, kind);
        if (before == Kind.FOLDER && kind == Kind.FOLDER) {
            return; // made already for a file in it
        }
        if (before != null) {
            throw new PackageException("zip entry " + name + " comes twice");
        }
        if (entry.getGeneralPurposeBit().usesEncryption()) {
            throw new PackageException("zip entry " + name + " is encrypted; packages are not");
        }
        if (!archive.canReadEntryData(entry)) {
            throw new PackageException("zip entry " + name + " is packed in a way that is not supported; use 'deflate' or 'store'");
        }
        Path path = name.below(folder);
        switch (kind) {
            case FOLDER -> makeFolder(path);
            case FILE -> writeFile(archive, entry, name, path);
            case LINK -> writeLink(archive, entry, name, path);
        }
    }

    private static Kind kind(ZipArchiveEntry entry, EntryName name) throws PackageException {
        return switch (entry.getUnixMode() & TYPE_MASK) {
            case 0 -> entry.isDirectory() ? Kind.FOLDER : Kind.FILE;
            case TYPE_FILE -> entry.isDirectory() ? Kind.FOLDER : Kind.FILE;
            case TYPE_FOLDER -> Kind.FOLDER;
            case TYPE_LINK -> Kind.LINK;
            default -> throw new PackageException("zip entry " + name + " is neither a file, a folder nor a symbolic link");
        };
    }

    private void makeParents(EntryName name) throws IOException, PackageException {
        for (EntryName parent : name.parents()) {
            Kind kind = seen.get(parent);
            if (kind == null) {
                if (seen.size() > 2 * MAX_ENTRIES) {
                    throw new PackageException("the zip has more than " + MAX_ENTRIES + " folders");
                }
                seen.put(parent, Kind.FOLDER);
                makeFolder(parent.below(folder));
            } else if (kind != Kind.FOLDER) {
                throw new PackageException("zip entry " + name + " lies below " + parent + ", which is not a folder");
            }
        }
    }

    private static void makeFolder(Path path) throws IOException {
        Files.createDirectory(path);
        Files.setPosixFilePermissions(path, EXECUTABLE);
    }

    private void writeFile(ZipFile archive, ZipArchiveEntry entry, EntryName name, Path path) throws IOException, PackageException {
        try (OutputStream out = Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            copy(archive, entry, name, out, Long.MAX_VALUE);
        }
        Files.setPosixFilePermissions(path, (entry.getUnixMode() & OWNER_EXECUTES) != 0 ? EXECUTABLE : PLAIN);
    }

    private void writeLink(ZipFile archive, ZipArchiveEntry entry, EntryName name, Path path) throws IOException, PackageException {
        var target = new java.io.ByteArrayOutputStream();
        copy(archive, entry, name, target, MAX_LINK_BYTES);
        String text = target.toString(StandardCharsets.UTF_8);
        if (text.isEmpty() || text.indexOf('\0') >= 0) {
            throw new PackageException("zip entry " + name + " is a symbolic link without a target");
        }
        try {
            Files.createSymbolicLink(path, Path.of(text));
        } catch (InvalidPathException e) {
            throw new PackageException("zip entry " + name + " is a symbolic link to something that is not a path", e);
        }
    }

    /** Copies an entry's content, within the budget of the whole zip, and checks its sum. */
    private void copy(ZipFile archive, ZipArchiveEntry entry, EntryName name, OutputStream out, long limit)
            throws IOException, PackageException {
        CRC32 sum = new CRC32();
        byte[] chunk = new byte[1 << 16];
        long length = 0;
        try (InputStream in = new CheckedInputStream(open(archive, entry, name), sum)) {
            for (int n = read(in, chunk, name); n >= 0; n = read(in, chunk, name)) {
                length += n;
                budget -= n;
                if (budget < 0) {
                    throw new PackageException("zip entry " + name + " unpacks beyond what a package may hold: " + (MAX_TOTAL >> 20)
                            + " MiB in all, and " + MAX_RATIO + " times the zip's own size");
                }
                if (length > limit) {
                    throw new PackageException("zip entry " + name + " is longer than " + limit + " bytes");
                }
                out.write(chunk, 0, n);
            }
        }
        if (length != entry.getSize() || sum.getValue() != entry.getCrc()) {
            throw new PackageException("zip entry " + name + " is damaged: its length or checksum is wrong");
        }
    }

    private static InputStream open(ZipFile archive, ZipArchiveEntry entry, EntryName name) throws PackageException {
        try {
            return archive.getInputStream(entry);
        } catch (IOException | RuntimeException e) {
            throw new PackageException("zip entry " + name + " is damaged: " + reason(e), e);
        }
    }

    private static int read(InputStream in, byte[] chunk, EntryName name) throws PackageException {
        try {
            return in.read(chunk);
        } catch (IOException | RuntimeException e) {
            throw new PackageException("zip entry " + name + " is damaged: " + reason(e), e);
        }
    }

    /** Of a library's chain of causes the last says what is wrong. */
    private static String reason(Throwable failure) {
        Throwable last = failure;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        return last.getMessage() == null ? last.getClass().getSimpleName() : last.getMessage().replaceAll("\\p{Cntrl}", "?"); // it quotes the zip
    }
}
