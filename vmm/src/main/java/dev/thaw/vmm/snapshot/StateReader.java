package dev.thaw.vmm.snapshot;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads what {@link StateWriter} wrote. Every length is checked against what is left before anything is allocated; a file
 * that does not fit ends in {@link BadSnapshotException}.
 */
public final class StateReader {
    private final ByteBuffer in;

    public StateReader(byte[] state) {
        this.in = ByteBuffer.wrap(state);
    }

    public int getInt() {
        try {
            return in.getInt();
        } catch (BufferUnderflowException e) {
            throw new BadSnapshotException("the monitor state ends too early");
        }
    }

    public long getLong() {
        try {
            return in.getLong();
        } catch (BufferUnderflowException e) {
            throw new BadSnapshotException("the monitor state ends too early");
        }
    }

    public boolean getBoolean() {
        return getInt() != 0;
    }

    /** A count of things of which each takes at least {@code leastBytes} more bytes. */
    public int getCount(int leastBytes) {
        int count = getInt();
        if (count < 0 || (long) count * leastBytes > in.remaining()) {
            throw new BadSnapshotException("a count of " + count + " does not fit the monitor state");
        }
        return count;
    }

    public byte[] getBytes() {
        byte[] value = new byte[getCount(1)];
        in.get(value);
        return value;
    }

    public String getString() {
        return new String(getBytes(), StandardCharsets.UTF_8);
    }

    public long[] getLongs() {
        long[] values = new long[getCount(8)];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.getLong();
        }
        return values;
    }

    public void expect(int tag) {
        int found = getInt();
        if (found != (0x5441_0000 | tag)) {
            throw new BadSnapshotException("section " + tag + " of the monitor state is not where it should be");
        }
    }
}
