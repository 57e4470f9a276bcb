package dev.thaw.vmm.linux.mm;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import java.lang.foreign.MemorySegment;

/**
 * The user memory of a read or a write: one range, or the ranges of an iovec list, with a cursor.
 *
 * <p>The one place for Linux's rule of partial I/O: a bad address before the first byte is EFAULT, a bad address after some
 * bytes ends the transfer with what was moved ({@link #put} and {@link #get} then return less than asked).
 */
public final class UserBuffer {
    /** UIO_MAXIOV of linux/uio.h. */
    public static final int MAX_RANGES = 1024;
    /** MAX_RW_COUNT of linux/fs.h: what one call moves at the most. */
    public static final long MAX_BYTES = 0x7fff_f000L;

    private final UserMemory user;
    /** The monitor's own memory in place of the guest's; NULL for a buffer of the guest's. */
    private final MemorySegment own;
    private final long[] addresses;
    private final long[] lengths;
    private int range;
    private long inRange;
    private long remaining;
    private long moved;

    private UserBuffer(UserMemory user, MemorySegment own, long[] addresses, long[] lengths, long total) {
        this.user = user;
        this.own = own;
        this.addresses = addresses;
        this.lengths = lengths;
        this.remaining = Math.min(total, MAX_BYTES);
    }

    /** One range of {@code length} bytes. @throws GuestError EINVAL for a length that is negative as ssize_t */
    public static UserBuffer of(UserMemory user, long address, long length) {
        if (length < 0) {
            throw new GuestError(Errno.EINVAL);
        }
        return new UserBuffer(user, MemorySegment.NULL, new long[] {address}, new long[] {length}, length);
    }

    /** Memory of the monitor's instead of the guest's, for calls that move bytes between two descriptions. */
    public static UserBuffer of(UserMemory user, MemorySegment own) {
        return new UserBuffer(user, own, new long[] {0}, new long[] {own.byteSize()}, own.byteSize());
    }

    /** The ranges of {@code count} iovec structures (base 8, length 8) at {@code list}. */
    public static UserBuffer ofIovec(UserMemory user, long list, long count) {
        if (count < 0 || count > MAX_RANGES) {
            throw new GuestError(Errno.EINVAL);
        }
        long[] addresses = new long[(int) count];
        long[] lengths = new long[(int) count];
        long total = 0;
        for (int i = 0; i < count; i++) {
            addresses[i] = user.readLong(list + 16L * i);
            lengths[i] = user.readLong(list + 16L * i + 8);
            if (lengths[i] < 0 || total + lengths[i] < 0) {
                throw new GuestError(Errno.EINVAL);
            }
            total += lengths[i];
        }
        return new UserBuffer(user, MemorySegment.NULL, addresses, lengths, total);
    }

    /** Bytes the guest asked for and not yet moved. */
    public long remaining() {
        return remaining;
    }

    /** Bytes moved so far: the result of the call. */
    public long moved() {
        return moved;
    }

    /** Copies to the guest; returns bytes copied, fewer when the buffer is full or its memory ends. */
    public long put(MemorySegment from, long at, long length) {
        long done = 0;
        while (done < length && remaining > 0) {
            MemorySegment slice = next(length - done, true);
            if (slice.byteSize() == 0) {
                break;
            }
            MemorySegment.copy(from, at + done, slice, 0, slice.byteSize());
            done += slice.byteSize();
            advance(slice.byteSize());
        }
        return done;
    }

    public long put(byte[] bytes, int at, int length) {
        return put(MemorySegment.ofArray(bytes), at, length);
    }

    /** Copies from the guest; returns bytes copied, fewer when the buffer is empty or its memory ends. */
    public long get(MemorySegment into, long at, long length) {
        long done = 0;
        while (done < length && remaining > 0) {
            MemorySegment slice = next(length - done, false);
            if (slice.byteSize() == 0) {
                break;
            }
            MemorySegment.copy(slice, 0, into, at + done, slice.byteSize());
            done += slice.byteSize();
            advance(slice.byteSize());
        }
        return done;
    }

    /** All that remains, at most {@code limit} bytes, as an array. */
    public byte[] getAll(int limit) {
        byte[] bytes = new byte[(int) Math.min(limit, remaining)];
        int n = (int) get(MemorySegment.ofArray(bytes), 0, bytes.length);
        return n == bytes.length ? bytes : java.util.Arrays.copyOf(bytes, n);
    }

    /**
     * The next contiguous piece of guest memory, at most {@code limit} bytes, for I/O without a copy; call {@link #advance}
     * with what was used. Empty when nothing remains or the memory ends after some bytes were moved.
     */
    public MemorySegment next(long limit, boolean forWriting) {
        while (range < addresses.length && inRange == lengths[range]) {
            range++;
            inRange = 0;
        }
        long want = Math.min(limit, remaining);
        if (range == addresses.length || want == 0) {
            return MemorySegment.NULL;
        }
        if (own.byteSize() > 0) {
            return own.asSlice(inRange, want);
        }
        try {
            return user.slice(addresses[range] + inRange, Math.min(want, lengths[range] - inRange), forWriting);
        } catch (GuestError e) {
            if (moved == 0) {
                throw e;
            }
            remaining = 0;
            return MemorySegment.NULL;
        }
    }

    /** Moves the cursor over bytes that an earlier try of the call moved; they count as moved. */
    public void skip(long bytes) {
        long left = Math.min(bytes, remaining);
        while (left > 0) {
            long step = Math.min(left, lengths[range] - inRange);
            advance(step);
            left -= step;
            if (inRange == lengths[range]) {
                range++;
                inRange = 0;
            }
        }
    }

    /** Moves the cursor over bytes used of the last {@link #next}. */
    public void advance(long bytes) {
        inRange += bytes;
        remaining -= bytes;
        moved += bytes;
    }
}
