package dev.thaw.wasm;

import java.util.Arrays;

/**
 * Bytes that copy on write: frames of 4 KiB, read where the image (or the shared zero frame) has them until the first write takes a
 * copy. {@link #rollBack} gives up the copies, so that an instance costs what it touched, in time and in memory.
 *
 * <p>An instance that computes for long pays for looking frames up at every access: after as many accesses as copying is worth, the
 * memory moves into one array ({@link #flat}), with a mark for each frame that was written. What is grown afterwards lies in frames behind
 * it until that is worth moving too.
 *
 * <p>Addresses are ints; the memory is at most 1 GiB, so an address above is either negative or beyond {@code seen.length} and no sum of a
 * valid address and a valid length overflows. Used by one thread at a time.
 */
abstract class CowMemory implements UnsharedMemory {
    static final int SHIFT = 12;
    static final int FRAME = 1 << SHIFT;
    static final int MASK = FRAME - 1;
    /** Frames of a page of WebAssembly, which is 64 KiB (core specification, 4.2.8). */
    static final int FRAMES_A_PAGE = 16;
    /** What a rolled-back memory keeps for its next request: 1 MiB of frames. */
    private static final int SPARE_FRAMES = 256;
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

    private final int most;
    private final PageBudget budget;
    private final byte[][] image;
    /** The memory's beginning in one array, a multiple of {@link #FRAME} or nothing; what is below its length is nowhere else. */
    byte[] flat = NO_BYTES;
    /** 1 for a frame of {@link #flat} that was written since the image. */
    byte[] marks = NO_BYTES;
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

    /**
     * @param most  pages that it may have
     * @param image shared and never written; its pages are taken from {@code budget}
     */
    CowMemory(int most, PageBudget budget, byte[][] image) {
        this.most = most;
        this.budget = budget;
        this.image = image;
        if (!budget.take(image.length / FRAMES_A_PAGE)) {
            throw new WasmLimitException("memory");
        }
        this.seen = image.clone();
        this.own = new byte[image.length][];
        this.patience = patience();
    }

    /** An image of zeros. */
    static byte[][] zeros(int pages) {
        if (pages > WasmConfig.MAX_MEMORY_PAGES) {
            throw new WasmLimitException("memory");
        }
        byte[][] frames = new byte[pages * FRAMES_A_PAGE][];
        Arrays.fill(frames, ZERO);
        return frames;
    }

    final int bytes() {
        return seen.length << SHIFT;
    }

    /** The pages before, or -1 when there may not be so many. */
    final int growBy(int pages) {
        int before = seen.length / FRAMES_A_PAGE;
        // unsigned: a request for 2^31 pages and more is a negative number here
        if (pages < 0 || before + pages > most || !budget.take(pages)) {
            return -1;
        }
        int frames = seen.length + pages * FRAMES_A_PAGE;
        byte[][] more = Arrays.copyOf(seen, frames);
        Arrays.fill(more, seen.length, frames, ZERO);
        seen = more;
        own = Arrays.copyOf(own, frames);
        return before;
    }

    private int patience() {
        return Math.max(PATIENCE, bytes() / BYTES_AN_ACCESS);
    }

    /** Called at each access to a frame. */
    final void impatient() {
        if (--patience == 0) {
            patience = patience();
            if (bytes() <= MOST_FLAT) {
                flatten();
            }
        }
    }

    private void flatten() {
        byte[] all = new byte[bytes()];
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

    /** The content now, to be shared: the frames of this memory become the image's and must not be written again. */
    final byte[][] capture() {
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
    final int touchedFrames() {
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
    final byte[] readable(int address) {
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
    final byte[] writable(int address) {
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

    final int at(int address) {
        return Integer.compareUnsigned(address, flat.length) < 0 ? address : address & MASK;
    }

    /** Address and length as unsigned numbers. */
    public final void check(int address, int length) {
        if ((address & 0xffff_ffffL) + (length & 0xffff_ffffL) > bytes()) {
            throw outOfBounds();
        }
    }

    static WasmTrap outOfBounds() {
        return new WasmTrap("out of bounds memory access");
    }
}
