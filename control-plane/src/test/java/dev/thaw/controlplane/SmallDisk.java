package dev.thaw.controlplane;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file system of a few megabytes in a folder, that can be filled; skips the test where mounting is not permitted. */
public final class SmallDisk implements AutoCloseable {
    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /** @param folder an empty one */
    public static SmallDisk on(Path folder, int megabytes) throws IOException, InterruptedException {
        String said = run("mount", "-t", "tmpfs", "-o", "mode=700,size=" + megabytes + "m", "tmpfs", folder.toString());
        assumeTrue(said.isEmpty(), () -> "needs to mount a tmpfs, as root may: " + said);
        return new SmallDisk(folder);
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        return process.waitFor() == 0 ? "" : said.strip() + " ";
    }

    private Path filler() {
        return folder.resolve("filler");
    }

    /** Takes all but so many bytes of what there is. */
    public void fillBut(int bytes) throws IOException {
        fill();
        try (FileChannel out = FileChannel.open(filler(), StandardOpenOption.WRITE)) {
            out.truncate(Math.max(0, out.size() - bytes));
        }
    }

    /** Takes the last byte that there is. */
    public void fill() throws IOException {
        try (FileChannel out = FileChannel.open(filler(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (int size = 1 << 20; size > 0; size /= 2) {
                try {
                    while (true) {
                        out.write(ByteBuffer.allocate(size));
                    }
                } catch (IOException _) {
                    // It does not fit; half of it may.
                }
            }
        }
    }

    /** Gives back what {@link #fill} took. */
    public void empty() throws IOException {
        Files.deleteIfExists(filler());
    }

    /** Makes it readable only, or writable again. */
    public void readOnly(boolean only) throws IOException, InterruptedException {
        String said = run("mount", "-o", "remount," + (only ? "ro" : "rw"), folder.toString());
        if (!said.isEmpty()) {
            throw new IOException(said);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        run("umount", "-l", folder.toString());
    }
}
