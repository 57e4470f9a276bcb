package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.memory.GuestMemory;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** The frames of one file by page number; sparse, so that a file of a terabyte with one byte takes one frame. */
final class FilePages {
    static final long NONE = -1;
    /** Pages in a chunk: what one touched page costs the monitor at the most, times eight bytes. */
    private static final int CHUNK = 32;

    private final TreeMap<Long, long[]> chunks = new TreeMap<>();
    private long count;

    /** The frame of a page, or {@link #NONE}. */
    long get(long page) {
        long[] chunk = chunks.get(page / CHUNK);
        return chunk == null ? NONE : chunk[(int) (page % CHUNK)];
    }

    void put(long page, long frame) {
        long[] chunk = chunks.computeIfAbsent(page / CHUNK, _ -> {
            long[] empty = new long[CHUNK];
            Arrays.fill(empty, NONE);
            return empty;
        });
        chunk[(int) (page % CHUNK)] = frame;
        count++;
    }

    /** Frames held. */
    long count() {
        return count;
    }

    /** Releases the frames of pages [from, to). */
    void release(long from, long to, GuestMemory memory) {
        if (from >= to) {
            return;
        }
        var touched = chunks.subMap(from / CHUNK, true, (to - 1) / CHUNK, true).entrySet().iterator();
        while (touched.hasNext()) {
            Map.Entry<Long, long[]> entry = touched.next();
            long[] frames = entry.getValue();
            boolean empty = true;
            for (int i = 0; i < CHUNK; i++) {
                long page = entry.getKey() * CHUNK + i;
                if (frames[i] != NONE && page >= from && page < to) {
                    memory.release(frames[i]);
                    frames[i] = NONE;
                    count--;
                }
                empty &= frames[i] == NONE;
            }
            if (empty) {
                touched.remove();
            }
        }
    }

    /** The first page at or after {@code page} that has a frame, or {@link #NONE}. */
    long next(long page) {
        for (Map.Entry<Long, long[]> entry : chunks.tailMap(page / CHUNK, true).entrySet()) {
            for (int i = 0; i < CHUNK; i++) {
                long at = entry.getKey() * CHUNK + i;
                if (at >= page && entry.getValue()[i] != NONE) {
                    return at;
                }
            }
        }
        return NONE;
    }

    void save(StateWriter out) {
        out.putLong(count);
        for (long page = next(0); page != NONE; page = next(page + 1)) {
            out.putLong(page).putLong(get(page));
        }
    }

    void load(StateReader in) {
        for (long left = in.getLong(); left > 0; left--) {
            put(in.getLong(), in.getLong());
        }
    }
}
