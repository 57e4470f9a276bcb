package dev.thaw.wasm;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import run.endive.runtime.ConstantEvaluators;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.runtime.WasmInterruptedException;
import run.endive.wasm.types.ActiveDataSegment;
import run.endive.wasm.types.DataSegment;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.PassiveDataSegment;

/**
 * A linear memory that copies on write: frames of 4 KiB, read where the image (or the shared zero frame) has them until the first
 * write takes a copy. {@link #rollBack} gives up the copies, so that an instance costs what it touched, in time and in memory.
 *
 * <p>An instance that computes for long pays for looking frames up at every access: after as many
 * accesses as copying is worth, the memory moves into one array ({@code flat}), with a mark for each frame that was written. What is
 * grown afterwards lies in frames behind it until that is worth moving too.
 *
 * <p>Addresses are ints; the memory is at most 1 GiB, so an address above is either negative or beyond {@code seen.length} and no
 * sum of a valid address and a valid length overflows. Used by one thread at a time. The names of Endive's interface are fixed.
 */
final class PagedMemory implements Memory, WasmMemory {
    private static final int SHIFT = 12;
    static final int FRAME = 1 << SHIFT;
    private static final int MASK = FRAME - 1;
    static final int FRAMES_A_PAGE = PAGE_SIZE / FRAME;
    /** What a rolled-back memory keeps for its next request: 1 MiB of frames. */
    private static final int SPARE_FRAMES = 256;
    /** Bulk operations look for an interruption after so many bytes: tens of microseconds. */
    private static final int BULK_STEP = 1 << 18;
    /** Read by every memory, written by none. */
    static final byte[] ZERO = new byte[FRAME];
    private static final byte[] NO_BYTES = {};
    /** Accesses to frames, at least, before the memory moves into one array: some 0.1 ms of them. */
    static final int PATIENCE = 20_000;
    /** For so many bytes of memory one more: copying costs about what looking up frames has cost by then. */
    private static final int BYTES_AN_ACCESS = 16;
    /** A larger memory stays in frames, bytes. */
    private static final int MOST_FLAT = 128 << 20;
    /** A larger array is not kept for an instance's next request, bytes. */
    private static final int KEPT_FLAT = 1 << 20;

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final MemoryLimits limits;
    private final PageBudget budget;
    private final byte[][] image;
    /** The memory's beginning in one array, a multiple of {@link #FRAME} or nothing; what is below its length is nowhere else. */
    private byte[] flat = NO_BYTES;
    /** 1 for a frame of {@link #flat} that was written since the image. */
    private byte[] marks = NO_BYTES;
    /** Accesses to frames until they are worth moving. */
    private int patience;
    /** What a read sees, a frame each. */
    private byte[][] seen;
    /** What a write may change: the same array as in {@link #seen}, or null while the frame is the image's. */
    private byte[][] own;
    private int[] touched = new int[16];
    private int touchedCount;
    private byte[][] spare = new byte[16][];
    private int spareCount;
    /** The instance's own array: what is dropped there is dropped here. */
    private DataSegment[] segments = {};
    private DataSegment[] allSegments = {};
    private byte[][] segmentBytes = {};

    /** A memory of zeros, as a module declares it. */
    PagedMemory(MemoryLimits limits, PageBudget budget) {
        this(limits, budget, zeros(limits.initialPages()));
    }

    /** A memory over an image; {@code image} is shared and never written. */
    PagedMemory(MemoryLimits limits, PageBudget budget, byte[][] image) {
        this.limits = limits;
        this.budget = budget;
        this.image = image;
        if (!budget.take(image.length / FRAMES_A_PAGE)) {
            throw new WasmLimitException("memory");
        }
        this.seen = image.clone();
        this.own = new byte[image.length][];
        this.patience = patience();
    }

    private int patience() {
        return Math.max(PATIENCE, size() / BYTES_AN_ACCESS);
    }

    /** Called at each access to a frame. */
    private void impatient() {
        if (--patience == 0) {
            patience = patience();
            if (size() <= MOST_FLAT) {
                flatten();
            }
        }
    }

    private void flatten() {
        byte[] all = new byte[size()];
        System.arraycopy(flat, 0, all, 0, flat.length);
        byte[] written = Arrays.copyOf(marks, seen.length);
        for (int frame = flat.length >>> SHIFT; frame < seen.length; frame++) {
            if (seen[frame] != ZERO) {
                System.arraycopy(seen[frame], 0, all, frame << SHIFT, FRAME);
            }
            written[frame] = (byte) (own[frame] == null ? 0 : 1);
            seen[frame] = ZERO;
        }
        Arrays.fill(own, null);
        touchedCount = 0;
        spare = new byte[16][];
        spareCount = 0;
        flat = all;
        marks = written;
    }

    private static byte[][] zeros(int pages) {
        if (pages > WasmConfig.MAX_MEMORY_PAGES) {
            throw new WasmLimitException("memory");
        }
        byte[][] frames = new byte[pages * FRAMES_A_PAGE][];
        Arrays.fill(frames, ZERO);
        return frames;
    }

    /** The content now, to be shared: the frames of this memory become the image's and must not be written again. */
    byte[][] capture() {
        byte[][] frames = seen.clone();
        for (int i = 0; i < flat.length >>> SHIFT; i++) {
            frames[i] = Arrays.copyOfRange(flat, i << SHIFT, i + 1 << SHIFT);
        }
        for (int i = 0; i < frames.length; i++) {
            if (frames[i] != ZERO && Arrays.equals(frames[i], ZERO)) {
                frames[i] = ZERO;
            }
        }
        Arrays.fill(own, null);
        touchedCount = 0;
        return frames;
    }

    /** Makes the memory what its image is. Costs what was touched since. */
    void rollBack() {
        rollBackFlat();
        boolean grown = seen.length != image.length;
        for (int i = 0; i < touchedCount; i++) {
            int frame = touched[i];
            keep(own[frame]);
            if (!grown) {
                own[frame] = null;
                seen[frame] = image[frame];
            }
        }
        touchedCount = 0;
        System.arraycopy(allSegments, 0, segments, 0, allSegments.length);
        if (touched.length > 4 * SPARE_FRAMES) {
            touched = new int[16];
        }
        if (grown) {
            budget.giveBack((seen.length - image.length) / FRAMES_A_PAGE);
            seen = image.clone();
            own = new byte[image.length][];
        }
    }

    /** The array goes back to what the image has where it was written, or it is given up. */
    private void rollBackFlat() {
        int frames = flat.length >>> SHIFT;
        if (frames > image.length || flat.length > KEPT_FLAT) {
            flat = NO_BYTES;
            marks = NO_BYTES;
            System.arraycopy(image, 0, seen, 0, Math.min(frames, image.length));
        }
        for (int frame = 0; frame < marks.length; frame++) {
            if (marks[frame] != 0) {
                System.arraycopy(image[frame], 0, flat, frame << SHIFT, FRAME);
                marks[frame] = 0;
            }
        }
        patience = Math.max(PATIENCE, image.length * (FRAME / BYTES_AN_ACCESS));
    }

    /** Frames that this instance has of its own. */
    int touchedFrames() {
        return touchedCount + (flat.length >>> SHIFT);
    }

    private void keep(byte[] frame) {
        if (spareCount == SPARE_FRAMES) {
            return;
        }
        if (spareCount == spare.length) {
            spare = Arrays.copyOf(spare, Math.min(2 * spare.length, SPARE_FRAMES));
        }
        spare[spareCount++] = frame;
    }

    /** The writable frame at an index that is inside; copies it when it is the image's. */
    private byte[] touch(int frame) {
        byte[] copy;
        if (spareCount > 0) {
            copy = spare[--spareCount];
            spare[spareCount] = null;
        } else {
            copy = new byte[FRAME];
        }
        System.arraycopy(seen[frame], 0, copy, 0, FRAME);
        if (touchedCount == touched.length) {
            touched = Arrays.copyOf(touched, 2 * touched.length);
        }
        touched[touchedCount++] = frame;
        seen[frame] = copy;
        own[frame] = copy;
        return copy;
    }

    /** The array that has the byte at an address; where in it, {@link #at} says, asked afterwards. */
    private byte[] readable(int address) {
        if (Integer.compareUnsigned(address, flat.length) < 0) {
            return flat;
        }
        byte[][] frames = seen;
        int frame = address >>> SHIFT;
        if (frame >= frames.length) {
            throw outOfBounds();
        }
        return frames[frame];
    }

    /** The same to write to. */
    private byte[] writable(int address) {
        int frame = address >>> SHIFT;
        if (Integer.compareUnsigned(address, flat.length) < 0) {
            marks[frame] = 1;
            return flat;
        }
        byte[][] frames = own;
        if (frame >= frames.length) {
            throw outOfBounds();
        }
        byte[] bytes = frames[frame];
        return bytes != null ? bytes : touch(frame);
    }

    private int at(int address) {
        return Integer.compareUnsigned(address, flat.length) < 0 ? address : address & MASK;
    }

    private static WasmTrap outOfBounds() {
        return new WasmTrap("out of bounds memory access");
    }

    private void check(int address, int length) {
        if ((address & 0xffff_ffffL) + (length & 0xffff_ffffL) > size()) {
            throw outOfBounds();
        }
    }

    private static void mayGoOn() {
        if (Thread.currentThread().isInterrupted()) {
            throw new WasmInterruptedException("interrupted");
        }
    }

    @Override
    public int size() {
        return seen.length << SHIFT;
    }

    @Override
    public int pages() {
        return seen.length / FRAMES_A_PAGE;
    }

    @Override
    public int grow(int pages) {
        mayGoOn();
        int before = pages();
        // unsigned: a request for 2^31 pages and more is a negative number here
        if (pages < 0 || before + pages > limits.maximumPages() || !budget.take(pages)) {
            return -1;
        }
        int frames = seen.length + pages * FRAMES_A_PAGE;
        byte[][] more = Arrays.copyOf(seen, frames);
        Arrays.fill(more, seen.length, frames, ZERO);
        seen = more;
        own = Arrays.copyOf(own, frames);
        return before;
    }

    @Override
    public int initialPages() {
        return limits.initialPages();
    }

    @Override
    public int maximumPages() {
        return Math.min(limits.maximumPages(), RUNTIME_MAX_PAGES);
    }

    @Override
    public boolean shared() {
        return false;
    }

    @Override
    @SuppressWarnings("removal")
    public Object lock(int address) {
        return this;
    }

    @Override
    @SuppressWarnings("removal")
    public int waitOn(int address, int expected, long timeout) {
        throw new WasmTrap("expected shared memory");
    }

    @Override
    @SuppressWarnings("removal")
    public int waitOn(int address, long expected, long timeout) {
        throw new WasmTrap("expected shared memory");
    }

    @Override
    @SuppressWarnings("removal")
    public int notify(int address, int maxThreads) {
        check(address, 4);
        return 0;
    }

    @Override
    public void initialize(Instance instance, DataSegment[] dataSegments) {
        initialize(instance, dataSegments, 0);
    }

    @Override
    public void initialize(Instance instance, DataSegment[] dataSegments, int memoryIndex) {
        segments = dataSegments;
        segmentBytes = new byte[dataSegments.length][];
        for (int i = 0; i < dataSegments.length; i++) {
            if (dataSegments[i] instanceof ActiveDataSegment active && active.index() == memoryIndex) {
                int offset = (int) ConstantEvaluators.computeConstantValue(instance, active.offsetInstructions())[0];
                byte[] data = active.data();
                write(offset, data, 0, data.length);
                // as the specification has it: an active segment is dropped once it is copied
                dataSegments[i] = PassiveDataSegment.EMPTY;
            }
        }
        allSegments = dataSegments.clone();
    }

    @Override
    public void initPassiveSegment(int segment, int target, int offset, int size) {
        byte[] data = bytesOf(segment);
        if ((offset & 0xffff_ffffL) + (size & 0xffff_ffffL) > data.length) {
            throw outOfBounds();
        }
        write(target, data, offset, size);
    }

    /** A segment's bytes, of which Endive gives a copy each time: taken once. */
    private byte[] bytesOf(int segment) {
        if (segments[segment] == PassiveDataSegment.EMPTY) {
            return NO_BYTES;
        }
        if (segmentBytes[segment] == null) {
            segmentBytes[segment] = segments[segment].data();
        }
        return segmentBytes[segment];
    }

    @Override
    public void drop(int segment) {
        segments[segment] = PassiveDataSegment.EMPTY;
    }

    @Override
    public void write(int address, byte[] data, int offset, int size) {
        check(address, size);
        begin(size);
        for (int done = 0; done < size;) {
            int at = address + done;
            int step = Math.min(size - done, FRAME - (at & MASK));
            System.arraycopy(data, offset + done, writable(at), at(at), step);
            done += step;
            pace(done, step);
        }
    }

    private void read(int address, byte[] target, int offset, int size) {
        check(address, size);
        for (int done = 0; done < size;) {
            int at = address + done;
            int step = Math.min(size - done, FRAME - (at & MASK));
            System.arraycopy(readable(at), at(at), target, offset + done, step);
            done += step;
        }
    }

    @Override
    public byte[] readBytes(int address, int length) {
        check(address, length);
        byte[] bytes = new byte[length];
        read(address, bytes, 0, length);
        return bytes;
    }

    @Override
    public byte read(int address) {
        byte[] bytes = flat;
        if (Integer.compareUnsigned(address, bytes.length) < 0) {
            return bytes[address];
        }
        return frameRead(address);
    }

    private byte frameRead(int address) {
        impatient();
        return readable(address)[at(address)];
    }

    @Override
    public short readShort(int address) {
        byte[] bytes = flat;
        if (bytes.length != 0 && Integer.compareUnsigned(address, bytes.length - 2) <= 0) {
            return (short) SHORT.get(bytes, address);
        }
        return frameReadShort(address);
    }

    private short frameReadShort(int address) {
        impatient();
        int at = address & MASK;
        return at <= FRAME - 2 ? (short) SHORT.get(readable(address), at(address)) : (short) crossing(address, 2);
    }

    @Override
    public int readInt(int address) {
        byte[] bytes = flat;
        if (bytes.length != 0 && Integer.compareUnsigned(address, bytes.length - 4) <= 0) {
            return (int) INT.get(bytes, address);
        }
        return frameReadInt(address);
    }

    private int frameReadInt(int address) {
        impatient();
        int at = address & MASK;
        return at <= FRAME - 4 ? (int) INT.get(readable(address), at(address)) : (int) crossing(address, 4);
    }

    @Override
    public long readLong(int address) {
        byte[] bytes = flat;
        if (bytes.length != 0 && Integer.compareUnsigned(address, bytes.length - 8) <= 0) {
            return (long) LONG.get(bytes, address);
        }
        return frameReadLong(address);
    }

    private long frameReadLong(int address) {
        impatient();
        int at = address & MASK;
        return at <= FRAME - 8 ? (long) LONG.get(readable(address), at(address)) : crossing(address, 8);
    }

    /** An access that crosses from one frame into the next. */
    private long crossing(int address, int size) {
        check(address, size);
        long value = 0;
        for (int i = 0; i < size; i++) {
            value |= (read(address + i) & 0xffL) << 8 * i;
        }
        return value;
    }

    private void writeCrossing(int address, long value, int size) {
        check(address, size);
        for (int i = 0; i < size; i++) {
            writeByte(address + i, (byte) (value >>> 8 * i));
        }
    }

    @Override
    public void writeByte(int address, byte value) {
        byte[] bytes = flat;
        if (Integer.compareUnsigned(address, bytes.length) < 0) {
            marks[address >>> SHIFT] = 1;
            bytes[address] = value;
        } else {
            frameWriteByte(address, value);
        }
    }

    private void frameWriteByte(int address, byte value) {
        impatient();
        writable(address)[at(address)] = value;
    }

    @Override
    public void writeShort(int address, short value) {
        byte[] bytes = flat;
        if (bytes.length != 0 && Integer.compareUnsigned(address, bytes.length - 2) <= 0) {
            marks[address >>> SHIFT] = 1;
            marks[address + 1 >>> SHIFT] = 1;
            SHORT.set(bytes, address, value);
        } else {
            frameWriteShort(address, value);
        }
    }

    private void frameWriteShort(int address, short value) {
        impatient();
        if ((address & MASK) <= FRAME - 2) {
            SHORT.set(writable(address), at(address), value);
        } else {
            writeCrossing(address, value, 2);
        }
    }

    @Override
    public void writeI32(int address, int value) {
        byte[] bytes = flat;
        if (bytes.length != 0 && Integer.compareUnsigned(address, bytes.length - 4) <= 0) {
            marks[address >>> SHIFT] = 1;
            marks[address + 3 >>> SHIFT] = 1;
            INT.set(bytes, address, value);
        } else {
            frameWriteI32(address, value);
        }
    }

    private void frameWriteI32(int address, int value) {
        impatient();
        if ((address & MASK) <= FRAME - 4) {
            INT.set(writable(address), at(address), value);
        } else {
            writeCrossing(address, value, 4);
        }
    }

    @Override
    public void writeLong(int address, long value) {
        byte[] bytes = flat;
        if (bytes.length != 0 && Integer.compareUnsigned(address, bytes.length - 8) <= 0) {
            marks[address >>> SHIFT] = 1;
            marks[address + 7 >>> SHIFT] = 1;
            LONG.set(bytes, address, value);
        } else {
            frameWriteLong(address, value);
        }
    }

    private void frameWriteLong(int address, long value) {
        impatient();
        if ((address & MASK) <= FRAME - 8) {
            LONG.set(writable(address), at(address), value);
        } else {
            writeCrossing(address, value, 8);
        }
    }

    @Override
    public long readU16(int address) {
        return readShort(address) & 0xffff;
    }

    @Override
    public void writeF32(int address, float value) {
        writeI32(address, Float.floatToRawIntBits(value));
    }

    @Override
    public float readFloat(int address) {
        return Float.intBitsToFloat(readInt(address));
    }

    @Override
    public long readF32(int address) {
        return readInt(address);
    }

    @Override
    public void writeF64(int address, double value) {
        writeLong(address, Double.doubleToRawLongBits(value));
    }

    @Override
    public double readDouble(int address) {
        return Double.longBitsToDouble(readLong(address));
    }

    @Override
    public long readF64(int address) {
        return readLong(address);
    }

    @Override
    public void zero() {
        // new memories are zero already, and an image's content is wanted
    }

    /** Endive hands over {@code to} as a sum that may have wrapped; then it is below {@code from}. */
    @Override
    public void fill(byte value, int from, int to) {
        if (Integer.compareUnsigned(to, from) < 0 || Integer.compareUnsigned(to, size()) > 0) {
            throw outOfBounds();
        }
        begin(to - from);
        for (int at = from; at < to;) {
            int step = Math.min(to - at, FRAME - (at & MASK));
            Arrays.fill(writable(at), at(at), at(at) + step, value);
            at += step;
            if ((at & BULK_STEP - 1) == 0) {
                mayGoOn();
            }
        }
    }

    /** The writable frame is taken before the readable one in each step: they may be the same. */
    @Override
    public void copy(int target, int source, int size) {
        check(target, size);
        check(source, size);
        begin(size);
        if (target <= source) {
            for (int done = 0; done < size;) {
                int to = target + done;
                int from = source + done;
                int step = Math.min(size - done, FRAME - Math.max(to & MASK, from & MASK));
                byte[] bytes = writable(to);
                System.arraycopy(readable(from), at(from), bytes, at(to), step);
                done += step;
                pace(done, step);
            }
        } else {
            for (int left = size; left > 0;) {
                int to = target + left - 1;
                int from = source + left - 1;
                int step = Math.min(left, Math.min((to & MASK) + 1, (from & MASK) + 1));
                byte[] bytes = writable(to);
                System.arraycopy(readable(from), at(from) + 1 - step, bytes, at(to) + 1 - step, step);
                left -= step;
                pace(left, step);
            }
        }
    }

    /** Code without a branch may consist of large operations: each looks. */
    private static void begin(int size) {
        if (size >= FRAME) {
            mayGoOn();
        }
    }

    private static void pace(int position, int step) {
        if ((position & BULK_STEP - 1) < step) {
            mayGoOn();
        }
    }

    @Override
    public byte[] bytes(int address, int length) {
        return readBytes(address, length);
    }

    @Override
    public void get(int address, byte[] target, int offset, int length) {
        read(address, target, offset, length);
    }

    @Override
    public void put(int address, byte[] source, int offset, int length) {
        write(address, source, offset, length);
    }

    @Override
    public byte int8(int address) {
        return read(address);
    }

    @Override
    public short int16(int address) {
        return readShort(address);
    }

    @Override
    public int int32(int address) {
        return readInt(address);
    }

    @Override
    public long int64(int address) {
        return readLong(address);
    }

    @Override
    public void putInt8(int address, byte value) {
        writeByte(address, value);
    }

    @Override
    public void putInt16(int address, short value) {
        writeShort(address, value);
    }

    @Override
    public void putInt32(int address, int value) {
        writeI32(address, value);
    }

    @Override
    public void putInt64(int address, long value) {
        writeLong(address, value);
    }
}
