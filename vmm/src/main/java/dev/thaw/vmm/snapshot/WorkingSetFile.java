package dev.thaw.vmm.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What was learned of a snapshot, in a file beside it, so that it need not be learned again when a server starts.
 *
 * <pre>
 * working-set.bin  magic "THAWWSET", version (4 bytes), CRC-32C of the rest (4), then checksum of the memory image (4), its pages (4),
 *                  runs, complete, fresh pages, ranges, early pages (4 each), for each range its first page and its pages (4 each), and the
 *                  addresses of the early pages (8 each)
 * </pre>
 *
 * <p>A snapshot is right without it: a file that is torn or another snapshot's is as good as none.
 */
public final class WorkingSetFile {
    /** The file's name in the snapshot's folder. */
    public static final String NAME = "working-set.bin";

    private static final System.Logger LOG = System.getLogger(WorkingSetFile.class.getName());
    private static final long MAGIC = 0x5448_4157_5753_4554L;
    private static final int VERSION = 2;
    private static final int HEADER = 16;
    private static final int FIELDS = 28;
    private static final int RANGE = 8;
    private static final int MAX_BYTES = HEADER + FIELDS + RANGE * WorkingSet.MAX_PAGES
            + Long.BYTES * WorkingSet.MAX_EARLY_PAGES;

    private final Path path;
    private final int imageCrc;
    private final int imagePages;

    /** @param imageCrc the memory image's checksum, by which a file of another snapshot is known */
    WorkingSetFile(Path folder, int imageCrc, int imagePages) {
        this.path = folder.resolve(NAME);
        this.imageCrc = imageCrc;
        this.imagePages = imagePages;
    }

    /** What was learned so far; nothing, with a warning, when the file is no good. */
    WorkingSet read() {
        try {
            if (!Files.isRegularFile(path)) {
                return WorkingSet.NONE;
            }
            Optional<WorkingSet> known = Files.size(path) > MAX_BYTES ? Optional.empty() : parse(Files.readAllBytes(path));
            if (known.isEmpty()) {
                LOG.log(System.Logger.Level.WARNING, "{0} is torn, of another format or of another snapshot: it is learned again", path);
            }
            return known.orElse(WorkingSet.NONE);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "{0} cannot be read ({1}): it is learned again", path, e.toString());
            return WorkingSet.NONE;
        }
    }

    private Optional<WorkingSet> parse(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length < HEADER + FIELDS || in.getLong() != MAGIC || in.getInt() != VERSION || in.getInt() != checksum(bytes)
                || in.getInt() != imageCrc || in.getInt() != imagePages) {
            return Optional.empty();
        }
        int runs = in.getInt();
        boolean complete = in.getInt() != 0;
        int fresh = in.getInt();
        int ranges = in.getInt();
        int early = in.getInt();
        if (runs < 1 || fresh < 0 || fresh > WorkingSet.MAX_PAGES || ranges < 0 || early < 0 || early > WorkingSet.MAX_EARLY_PAGES
                || in.remaining() != (long) RANGE * ranges + (long) Long.BYTES * early) {
            return Optional.empty();
        }
        BitSet pages = new BitSet(imagePages);
        for (int i = 0; i < ranges; i++) {
            int from = in.getInt();
            int count = in.getInt();
            if (from < 0 || count < 1 || count > imagePages || from > imagePages - count) {
                return Optional.empty();
            }
            pages.set(from, from + count);
        }
        List<Long> earlyPages = new ArrayList<>();
        for (int i = 0; i < early; i++) {
            earlyPages.add(in.getLong());
        }
        return pages.cardinality() > WorkingSet.MAX_PAGES ? Optional.empty()
                : Optional.of(new WorkingSet(pages, fresh, List.copyOf(earlyPages), runs, complete));
    }

    /** Replaces the file in one step; where that cannot be done, what was learned ends with this process. */
    void write(WorkingSet learned) {
        Path next = path.resolveSibling(NAME + ".new");
        try {
            Files.deleteIfExists(next);
            Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try (FileChannel file = FileChannel.open(next, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(bytes(learned));
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
            }
            Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "{0} cannot be written ({1}): it is learned again after the next start", path,
                    e.toString());
        }
    }

    private byte[] bytes(WorkingSet learned) {
        BitSet pages = learned.pages();
        ByteBuffer out = ByteBuffer.allocate(MAX_BYTES);
        out.position(HEADER);
        out.putInt(imageCrc).putInt(imagePages).putInt(learned.runs()).putInt(learned.complete() ? 1 : 0)
                .putInt(learned.freshPages()).putInt(0)
                .putInt(learned.earlyPages().size());
        int ranges = 0;
        for (int from = pages.nextSetBit(0); from >= 0; ranges++) {
            int to = pages.nextClearBit(from);
            out.putInt(from).putInt(to - from);
            from = pages.nextSetBit(to);
        }
        out.putInt(HEADER + FIELDS - 8, ranges);
        learned.earlyPages().forEach(out::putLong);
        byte[] all = new byte[out.position()];
        out.get(0, all);
        ByteBuffer.wrap(all).putLong(MAGIC).putInt(VERSION).putInt(checksum(all));
        return all;
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, HEADER, bytes.length - HEADER);
        return (int) crc.getValue();
    }
}
