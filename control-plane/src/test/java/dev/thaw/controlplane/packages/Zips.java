package dev.thaw.controlplane.packages;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Builds zips byte by byte, also such as no tool would write; PKWARE's APPNOTE 4.3.7 (local header), 4.3.12 (central directory)
 * and 4.3.16 (its end) have the layout.
 */
public final class Zips {
    private static final int MADE_ON_UNIX = 3 << 8 | 20;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
    private int entries;

    public Zips file(String name, String content) {
        return entry(name, 0100644, 0, content.getBytes(StandardCharsets.UTF_8));
    }

    public Zips executable(String name, String content) {
        return entry(name, 0100777, 0, content.getBytes(StandardCharsets.UTF_8));
    }

    public Zips folder(String name) {
        return entry(name, 0040755, 0, new byte[0]);
    }

    public Zips link(String name, String target) {
        return entry(name, 0120777, 0, target.getBytes(StandardCharsets.UTF_8));
    }

    /** @param flags general purpose bits; 1 is encryption */
    public Zips entry(String name, int mode, int flags, byte[] content) {
        CRC32 sum = new CRC32();
        sum.update(content);
        return entry(name, mode, flags, deflate(content), content.length, (int) sum.getValue());
    }

    public Zips entry(String name, int mode, int flags, byte[] deflated, int size, int crc) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        int offset = body.size();
        int utf8 = flags | 0x800;
        int4(body, 0x04034b50);
        int2(body, 20, utf8, 8, 0, 0);
        int4(body, crc, deflated.length, size);
        int2(body, bytes.length, 0);
        body.writeBytes(bytes);
        body.writeBytes(deflated);
        int4(directory, 0x02014b50);
        int2(directory, MADE_ON_UNIX, 20, utf8, 8, 0, 0);
        int4(directory, crc, deflated.length, size);
        int2(directory, bytes.length, 0, 0, 0, 0);
        int4(directory, mode << 16, offset);
        directory.writeBytes(bytes);
        entries++;
        return this;
    }

    public byte[] bytes() {
        try {
            ByteArrayOutputStream zip = new ByteArrayOutputStream();
            body.writeTo(zip);
            directory.writeTo(zip);
            int4(zip, 0x06054b50);
            int2(zip, 0, 0, entries & 0xffff, entries & 0xffff);
            int4(zip, directory.size(), body.size());
            int2(zip, 0);
            return zip.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] deflate(byte[] content) {
        try (Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true)) {
            deflater.setInput(content);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] chunk = new byte[8192];
            while (!deflater.finished()) {
                out.write(chunk, 0, deflater.deflate(chunk));
            }
            return out.toByteArray();
        }
    }

    private static void int2(ByteArrayOutputStream out, int... values) {
        for (int value : values) {
            out.write(value);
            out.write(value >> 8);
        }
    }

    private static void int4(ByteArrayOutputStream out, int... values) {
        for (int value : values) {
            int2(out, value, value >> 16);
        }
    }
}
