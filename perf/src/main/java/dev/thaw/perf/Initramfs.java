package dev.thaw.perf;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A Linux initramfs of one program: a cpio archive in the "newc" format, Documentation/driver-api/early-userspace/buffer-format.rst. */
final class Initramfs {
    private static final int DIRECTORY = 0040755;
    private static final int PROGRAM = 0100755;
    private static final int CHARACTER_DEVICE = 0020600;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int inode;

    private Initramfs() {}

    /** {@code /init} and {@code /dev/console}, character device 5:1. */
    static byte[] of(byte[] init) {
        Initramfs archive = new Initramfs();
        archive.entry("dev", DIRECTORY, 0, 0, new byte[0]);
        archive.entry("dev/console", CHARACTER_DEVICE, 5, 1, new byte[0]);
        archive.entry("init", PROGRAM, 0, 0, init);
        archive.entry("TRAILER!!!", 0, 0, 0, new byte[0]);
        return archive.out.toByteArray();
    }

    private void entry(String name, int mode, int major, int minor, byte[] content) {
        int[] fields = {++inode, mode, 0, 0, 1, 0, content.length, 0, 0, major, minor, name.length() + 1, 0};
        StringBuilder header = new StringBuilder("070701");
        for (int field : fields) {
            header.append(String.format(Locale.ROOT, "%08x", field));
        }
        out.writeBytes(header.append(name).append('\0').toString().getBytes(StandardCharsets.US_ASCII));
        pad();
        out.writeBytes(content);
        pad();
    }

    private void pad() {
        while (out.size() % 4 != 0) {
            out.write(0);
        }
    }
}
