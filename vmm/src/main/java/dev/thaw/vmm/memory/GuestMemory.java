package dev.thaw.vmm.memory;

import dev.thaw.vmm.host.HostMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The one memslot of a VM: a host mapping in which guest-physical address {@code a} is byte {@code a}.
 *
 * <p>Owns the mapping; {@link #close} unmaps it and must come after the VM's last exit. The allocator is used under the
 * kernel lock. Frames below {@link #reserved()} belong to ring 0 and are never handed out.
 */
public final class GuestMemory implements AutoCloseable {
    /** Bytes of a page and of a frame. */
    public static final long PAGE = 4096;
    /** The answer of {@link #allocate} when the VM's memory is used up. */
    public static final long EXHAUSTED = -1;

    private static final int MAP_FLAGS = HostMemory.MAP_ANONYMOUS | HostMemory.MAP_PRIVATE | HostMemory.MAP_NORESERVE;

    private final Arena arena = Arena.ofShared();
    private final long address;
    private final long size;
    private final long reserved;
    private final MemorySegment segment;
    private long next;
    private long[] free = new long[16];
    private int freeCount;
    private long markedNext;
    private long[] markedFree = new long[0];

    private GuestMemory(long address, long size, long reserved, long next) {
        this.address = address;
        this.size = size;
        this.reserved = reserved;
        this.next = next;
        this.segment = HostMemory.segment(address, size, arena);
    }

    /** Fresh zeroed memory of {@code size} bytes (a multiple of a page), of which the first {@code reserved} are ring 0's. */
    public static GuestMemory anonymous(long size, long reserved) {
        long at = HostMemory.map(0, size, HostMemory.PROT_READ | HostMemory.PROT_WRITE, MAP_FLAGS, -1, 0);
        return new GuestMemory(at, size, reserved, reserved);
    }

    /**
     * Memory whose first {@code used} bytes are those of a snapshot file, privately: what the VM writes stays its own.
     *
     * @param fd the snapshot's memory image; may be closed afterwards
     * @param used bytes of the image, a multiple of a page
     * @param freeFrames guest-physical addresses of the frames that were free at the freeze
     */
    public static GuestMemory ofImage(int fd, long used, long size, long reserved, long[] freeFrames) {
        int protection = HostMemory.PROT_READ | HostMemory.PROT_WRITE;
        long at = HostMemory.map(0, size, protection, MAP_FLAGS, -1, 0);
        try {
            HostMemory.map(at, used, protection,
                    HostMemory.MAP_PRIVATE | HostMemory.MAP_FIXED | HostMemory.MAP_NORESERVE, fd, 0);
        } catch (RuntimeException e) {
            HostMemory.unmap(at, size);
            throw e;
        }
        GuestMemory memory = new GuestMemory(at, size, reserved, used);
        memory.free = Arrays.copyOf(freeFrames, Math.max(16, freeFrames.length));
        memory.freeCount = freeFrames.length;
        return memory;
    }

    /** All of guest-physical memory; valid until {@link #close}. */
    public MemorySegment segment() {
        return segment;
    }

    /** Host address of guest-physical address 0, for KVM. */
    public long address() {
        return address;
    }

    /** Bytes of guest-physical memory. */
    public long size() {
        return size;
    }

    /** Bytes at the bottom that the allocator leaves alone. */
    public long reserved() {
        return reserved;
    }

    /** Guest-physical address one past the highest frame ever handed out: what a freeze has to write. */
    public long highWater() {
        return next;
    }

    /** Bytes in frames handed out and not released. */
    public long inUse() {
        return next - reserved - freeCount * PAGE;
    }

    /** Frames that {@link #allocate} can still give. */
    public long available() {
        return (size - next) / PAGE + freeCount;
    }

    /** A zeroed frame's guest-physical address, or {@link #EXHAUSTED}. */
    public long allocate() {
        if (freeCount > 0) {
            long frame = free[--freeCount];
            segment.asSlice(frame, PAGE).fill((byte) 0);
            return frame;
        }
        if (next + PAGE > size) {
            return EXHAUSTED;
        }
        long frame = next;
        next += PAGE;
        return frame;
    }

    /** A frame that nobody had since the image was mapped, zero for that reason; or {@link #EXHAUSTED}. */
    public long allocateUnused() {
        if (next + PAGE > size) {
            return EXHAUSTED;
        }
        long frame = next;
        next += PAGE;
        return frame;
    }

    /** Takes back the frame that {@link #allocateUnused} gave last, still zero. */
    public void giveBackUnused(long frame) {
        if (frame != next - PAGE) {
            throw new IllegalArgumentException("not the last frame: 0x" + Long.toHexString(frame));
        }
        next = frame;
    }

    /** Takes a frame back; its content is cleared when it is next handed out. */
    public void release(long frame) {
        if (frame < reserved || frame >= next || frame % PAGE != 0) {
            throw new IllegalArgumentException("not a frame: 0x" + Long.toHexString(frame));
        }
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, free.length * 2);
        }
        free[freeCount++] = frame;
    }

    /** The free frames below the high-water mark, for a freeze. */
    public long[] freeFrames() {
        return Arrays.copyOf(free, freeCount);
    }

    /** Remembers which frames are in use, for {@link #backToMark}. */
    public void mark() {
        markedNext = next;
        markedFree = freeFrames();
    }

    /**
     * Makes the allocator stand where it was marked. Frames beyond the high-water mark are handed out as they are: whoever goes back
     * clears those that were used.
     */
    public void backToMark() {
        next = markedNext;
        free = Arrays.copyOf(markedFree, Math.max(16, markedFree.length));
        freeCount = markedFree.length;
    }

    public long getLong(long physical) {
        return segment.get(ValueLayout.JAVA_LONG, physical);
    }

    public void putLong(long physical, long value) {
        segment.set(ValueLayout.JAVA_LONG, physical, value);
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
            HostMemory.unmap(address, size);
        }
    }
}
