package dev.thaw.vmm.snapshot;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Writes the monitor's state field by field; {@link StateReader} reads it in the same order. Grows in memory. */
public final class StateWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
    private final DataOutputStream out = new DataOutputStream(bytes);

    public StateWriter putInt(int value) {
        try {
            out.writeInt(value);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public StateWriter putLong(long value) {
        try {
            out.writeLong(value);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public StateWriter putBoolean(boolean value) {
        return putInt(value ? 1 : 0);
    }

    public StateWriter putBytes(byte[] value) {
        putInt(value.length);
        bytes.writeBytes(value);
        return this;
    }

    public StateWriter putString(String value) {
        return putBytes(value.getBytes(StandardCharsets.UTF_8));
    }

    public StateWriter putLongs(long[] values) {
        putInt(values.length);
        for (long value : values) {
            putLong(value);
        }
        return this;
    }

    /** Marks a place; the reader checks that it is there, so that a shifted field is found where it happens. */
    public StateWriter mark(int tag) {
        return putInt(0x5441_0000 | tag);
    }

    public byte[] toByteArray() {
        return bytes.toByteArray();
    }
}
