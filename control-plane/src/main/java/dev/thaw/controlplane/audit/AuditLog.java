package dev.thaw.controlplane.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The audit log: a file of mode 0600 and those before it, {@code .1} the newest. Thread-safe; {@link #append} waits for nothing, a thread of
 * its own brings lines to the disk, all that wait with one {@code fdatasync}.
 */
public final class AuditLog implements AutoCloseable {
    /** Of one file, bytes. */
    private static final long MOST_BYTES = 10 << 20;
    /** Besides the one that grows. */
    private static final int OLD_FILES = 9;
    /** Entries that can be asked for. */
    private static final int KEPT = 5_000;
    private static final int MOST_WAITING = 10_000;
    /** How long after a failure it is tried again, or until the next entry. */
    private static final long AGAIN_MILLIS = 1_000;
    private static final int TAIL_BYTES = 4 << 20;
    private static final System.Logger LOG = System.getLogger(AuditLog.class.getName());

    private final Path file;
    private final long mostBytes;
    private final JsonMapper json = JsonMapper.builder().build();
    private final Deque<AuditEntry> kept = new ArrayDeque<>();
    private final List<AuditEntry> waiting = new ArrayList<>();
    private final Thread writer;
    private FileChannel channel;
    private long last;
    private long dropped;
    private boolean failing;
    private boolean closed;

    /** Opens the log in {@code file}, creating it when missing. */
    public AuditLog(Path file) throws IOException {
        this(file, MOST_BYTES);
    }

    AuditLog(Path file, long mostBytes) throws IOException {
        this.file = file;
        this.mostBytes = mostBytes;
        load();
        channel = open();
        endTornLine();
        writer = Thread.ofPlatform().daemon().name("thaw-audit").start(this::write);
    }

    private FileChannel open() throws IOException {
        return FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    /** The end of the file, and of the one before where that is short. */
    private void load() throws IOException {
        for (Path each : List.of(old(1), file)) {
            if (Files.exists(each)) {
                for (String line : tail(each)) {
                    try {
                        keep(json.readValue(line, AuditEntry.class));
                    } catch (JsonProcessingException _) {
                        // A line cut by a crash, or by where the tail begins.
                    }
                }
            }
        }
    }

    private static List<String> tail(Path file) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            byte[] bytes = new byte[(int) Math.min(TAIL_BYTES, in.length())];
            in.seek(in.length() - bytes.length);
            in.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8).lines().toList();
        }
    }

    private void endTornLine() throws IOException {
        if (channel.size() > 0) {
            try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
                in.seek(in.length() - 1);
                if (in.read() != '\n') {
                    channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
                }
            }
        }
    }

    private void keep(AuditEntry entry) {
        last = Math.max(last, entry.seq());
        kept.add(entry);
        if (kept.size() > KEPT) {
            kept.remove();
        }
    }

    /** Takes an entry, whose number is set anew. */
    public synchronized void append(AuditEntry entry) {
        AuditEntry numbered = entry.numbered(last + 1);
        keep(numbered);
        if (closed || waiting.size() >= MOST_WAITING) {
            if (dropped++ == 0) {
                LOG.log(Level.ERROR, "the audit log cannot be written as fast as there are changes: lines are left out");
            }
            return;
        }
        waiting.add(numbered);
        notifyAll();
    }

    /**
     * The last entries that there are after one, oldest first.
     *
     * @param after number of the last that is known, 0 for none
     * @param most  how many of the newest
     */
    public synchronized List<AuditEntry> read(long after, int most, Predicate<AuditEntry> which) {
        List<AuditEntry> found = new ArrayList<>(kept.stream().filter(entry -> entry.seq() > after).filter(which).toList());
        return List.copyOf(found.subList(Math.max(0, found.size() - most), found.size()));
    }

    private void write() {
        while (true) {
            List<AuditEntry> now;
            synchronized (this) {
                while (waiting.isEmpty() && !closed) {
                    try {
                        wait();
                    } catch (InterruptedException _) {
                        closed = true;
                    }
                }
                if (waiting.isEmpty()) {
                    return;
                }
                now = List.copyOf(waiting);
                waiting.clear();
            }
            try {
                write(now);
                wrote();
            } catch (IOException e) {
                if (!writeAgain(now, e)) {
                    return;
                }
            }
        }
    }

    private synchronized void wrote() {
        failing = false;
        dropped = 0;
    }

    /** The lines wait until there is room, as far as so many may; false when the log is being closed. */
    private synchronized boolean writeAgain(List<AuditEntry> entries, IOException why) {
        if (!failing || closed) { // once, not for every second of a full disk
            LOG.log(Level.ERROR, "the audit log " + file + " cannot be written; " + (closed ? entries.size() + " lines are lost" : "trying again") + ": " + why);
        }
        failing = true;
        waiting.addAll(0, entries);
        try {
            if (!closed) {
                wait(AGAIN_MILLIS);
            }
        } catch (InterruptedException _) {
            closed = true;
        }
        return !closed;
    }

    private void write(List<AuditEntry> entries) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (AuditEntry entry : entries) {
            lines.append(json.writeValueAsString(entry)).append('\n');
        }
        if (channel.size() >= mostBytes) {
            rotate();
        }
        ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8));
        long before = channel.size();
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
        } catch (IOException e) {
            channel.truncate(before); // they are written again, as a whole
            throw e;
        }
    }

    private void rotate() throws IOException {
        channel.close();
        for (int number = OLD_FILES - 1; number >= 1; number--) {
            if (Files.exists(old(number))) {
                Files.move(old(number), old(number + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(file, old(1), StandardCopyOption.REPLACE_EXISTING);
        channel = open();
    }

    private Path old(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }

    /** Writes what waits. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            writer.join();
            channel.close();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "closing the audit log: " + e);
        }
    }
}
