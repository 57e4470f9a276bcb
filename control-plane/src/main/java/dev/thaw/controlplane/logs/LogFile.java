package dev.thaw.controlplane.logs;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/**
 * One function's log on disk: {@code NAME.ndjson}, and {@code NAME.ndjson.1} once the first was full. Used by one thread.
 */
final class LogFile implements AutoCloseable {
    private static final long MAX_BYTES = 8 << 20;
    private static final int MAX_TAIL_BYTES = 256 << 10;

    private final Path current;
    private final Path previous;
    private OutputStream out;
    private long written;

    LogFile(Path folder, String function) throws IOException {
        this.current = folder.resolve(function + ".ndjson");
        this.previous = folder.resolve(function + ".ndjson.1");
        open();
    }

    private void open() throws IOException {
        FileChannel channel = FileChannel.open(current,
                EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        written = channel.size();
        out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 15);
        if (written > 0 && endsTorn()) {
            out.write('\n');
            written++;
        }
    }

    /** Whether the last line was cut, by a crash or a full disk: the next is not to be part of it. */
    private boolean endsTorn() throws IOException {
        try (FileChannel in = FileChannel.open(current, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return in.read(last, written - 1) == 1 && last.get(0) != '\n';
        }
    }

    void append(byte[] line) throws IOException {
        if (written + line.length + 1 > MAX_BYTES) {
            out.close();
            Files.move(current, previous, StandardCopyOption.REPLACE_EXISTING);
            open();
        }
        out.write(line);
        out.write('\n');
        written += line.length + 1L;
    }

    void flush() throws IOException {
        out.flush();
    }

    void delete() throws IOException {
        close();
        Files.deleteIfExists(current);
        Files.deleteIfExists(previous);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    /** When the function's log was last written to; empty when there is none. */
    static Optional<Instant> lastWritten(Path folder, String function) {
        try {
            return Optional.of(Files.getLastModifiedTime(folder.resolve(function + ".ndjson")).toInstant());
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** The last whole lines of the file, oldest first; none when there is no file. */
    static List<String> tail(Path folder, String function) throws IOException {
        Path file = folder.resolve(function + ".ndjson");
        if (!Files.isRegularFile(file)) {
            return List.of();
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long start = Math.max(0, channel.size() - MAX_TAIL_BYTES);
            byte[] bytes = Channels.newInputStream(channel.position(start)).readNBytes(MAX_TAIL_BYTES);
            List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
            return start == 0 || lines.isEmpty() ? lines : lines.subList(1, lines.size());
        }
    }
}
