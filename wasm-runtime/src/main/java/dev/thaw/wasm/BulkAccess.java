package dev.thaw.wasm;

import java.util.Arrays;
import run.endive.runtime.WasmInterruptedException;

/**
 * Operations on many bytes of a memory, a frame or less at a time. They look for an interruption as they go: code without a branch may
 * consist of large operations.
 */
final class BulkAccess {
    /** An interruption is looked for after so many bytes: tens of microseconds. */
    private static final int STEP = 1 << 18;

    private BulkAccess() {
    }

    /** @throws WasmInterruptedException when the instance is to end */
    static void mayGoOn() {
        if (Thread.currentThread().isInterrupted()) {
            throw new WasmInterruptedException("interrupted");
        }
    }

    private static void begin(int size) {
        if (size >= CowMemory.FRAME) {
            mayGoOn();
        }
    }

    private static void pace(int position, int step) {
        if ((position & STEP - 1) < step) {
            mayGoOn();
        }
    }

    static void write(CowMemory memory, int address, byte[] data, int offset, int size) {
        memory.check(address, size);
        begin(size);
        for (int done = 0; done < size;) {
            int at = address + done;
            int step = Math.min(size - done, CowMemory.FRAME - (at & CowMemory.MASK));
            System.arraycopy(data, offset + done, memory.writable(at), memory.at(at), step);
            done += step;
            pace(done, step);
        }
    }

    static void read(CowMemory memory, int address, byte[] target, int offset, int size) {
        memory.check(address, size);
        for (int done = 0; done < size;) {
            int at = address + done;
            int step = Math.min(size - done, CowMemory.FRAME - (at & CowMemory.MASK));
            System.arraycopy(memory.readable(at), memory.at(at), target, offset + done, step);
            done += step;
        }
    }

    /** Endive hands over {@code to} as a sum that may have wrapped; then it is below {@code from}. */
    static void fill(CowMemory memory, byte value, int from, int to) {
        if (Integer.compareUnsigned(to, from) < 0 || Integer.compareUnsigned(to, memory.bytes()) > 0) {
            throw CowMemory.outOfBounds();
        }
        begin(to - from);
        for (int at = from; at < to;) {
            int step = Math.min(to - at, CowMemory.FRAME - (at & CowMemory.MASK));
            byte[] bytes = memory.writable(at);
            int begin = memory.at(at);
            Arrays.fill(bytes, begin, begin + step, value);
            at += step;
            if ((at & STEP - 1) == 0) {
                mayGoOn();
            }
        }
    }

    /** The writable frame is taken before the readable one in each step: they may be the same. */
    static void copy(CowMemory memory, int target, int source, int size) {
        memory.check(target, size);
        memory.check(source, size);
        begin(size);
        if (target <= source) {
            forwards(memory, target, source, size);
        } else {
            backwards(memory, target, source, size);
        }
    }

    private static void forwards(CowMemory memory, int target, int source, int size) {
        for (int done = 0; done < size;) {
            int to = target + done;
            int from = source + done;
            int step = Math.min(size - done, CowMemory.FRAME - Math.max(to & CowMemory.MASK, from & CowMemory.MASK));
            byte[] bytes = memory.writable(to);
            System.arraycopy(memory.readable(from), memory.at(from), bytes, memory.at(to), step);
            done += step;
            pace(done, step);
        }
    }

    private static void backwards(CowMemory memory, int target, int source, int size) {
        for (int left = size; left > 0;) {
            int to = target + left - 1;
            int from = source + left - 1;
            int step = Math.min(left, Math.min((to & CowMemory.MASK) + 1, (from & CowMemory.MASK) + 1));
            byte[] bytes = memory.writable(to);
            System.arraycopy(memory.readable(from), memory.at(from) + 1 - step, bytes, memory.at(to) + 1 - step, step);
            left -= step;
            pace(left, step);
        }
    }
}
