package dev.thaw.wasm.wasi;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A file's content in blocks of 4 KiB; one that was never written holds zeros and takes nothing. Blocks of the image are shared:
 * the first write to one copies it. The quota counts a block from when the file has it, shared or not.
 */
final class WrittenContent implements Content {
    static final int BLOCK = 4096;

    /** Never changed: the file as it was in the image. */
    private final Map<Integer, byte[]> shared;
    /** Shared blocks from this one on are no longer the file's. */
    private int sharedEnd;
    private final Map<Integer, byte[]> own = new HashMap<>();
    /** How many blocks the file has. */
    private int held;
    private long size;

    private WrittenContent(Map<Integer, byte[]> shared, int sharedEnd, int held, long size) {
        this.shared = shared;
        this.sharedEnd = sharedEnd;
        this.held = held;
        this.size = size;
    }

    static WrittenContent empty() {
        return of(Map.of(), 0);
    }

    /** A file of {@code blocks} by their index, which nobody changes any more. */
    static WrittenContent of(Map<Integer, byte[]> blocks, long size) {
        return new WrittenContent(blocks, Integer.MAX_VALUE, blocks.size(), size);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public WrittenContent copy() {
        WrittenContent copy = new WrittenContent(shared, sharedEnd, held, size);
        own.forEach((index, block) -> copy.own.put(index, block.clone()));
        return copy;
    }

    /** All blocks in order of position; not to be changed. */
    Map<Integer, byte[]> blocks() {
        Map<Integer, byte[]> all = new TreeMap<>();
        shared.forEach((index, block) -> {
            if (index < sharedEnd) {
                all.put(index, block);
            }
        });
        all.putAll(own);
        return all;
    }

    /** What an image keeps: the same bytes, shared from now on. This object must not be written to any more. */
    WrittenContent frozen() {
        return of(Map.copyOf(blocks()), size);
    }

    /** What the quota counts it as. */
    long held() {
        return (long) held * BLOCK;
    }

    private byte[] block(int index) {
        byte[] block = own.get(index);
        return block != null || index >= sharedEnd ? block : shared.get(index);
    }

    @Override
    public int read(long position, byte[] into, int offset, int length) {
        int count = Math.clamp(size - position, 0, length);
        for (int done = 0; done < count; ) {
            int within = (int) ((position + done) % BLOCK);
            int part = Math.min(count - done, BLOCK - within);
            byte[] block = block((int) ((position + done) / BLOCK));
            if (block == null) {
                java.util.Arrays.fill(into, offset + done, offset + done + part, (byte) 0);
            } else {
                System.arraycopy(block, within, into, offset + done, part);
            }
            done += part;
        }
        return count;
    }

    /** Writes as much as the quota lets and returns how much; at least one byte, or {@link Errno#NOSPC} or {@link Errno#FBIG}. */
    int write(long position, byte[] from, int offset, int length, Quota quota) {
        if (length == 0) {
            return 0;
        }
        if (position >= quota.largestFile()) {
            throw new WasiError(Errno.FBIG);
        }
        int count = (int) Math.min(length, quota.largestFile() - position);
        int done = 0;
        while (done < count) {
            int within = (int) ((position + done) % BLOCK);
            int part = Math.min(count - done, BLOCK - within);
            byte[] block;
            try {
                block = writable((int) ((position + done) / BLOCK), quota);
            } catch (WasiError full) {
                if (done == 0) {
                    throw full;
                }
                break;
            }
            System.arraycopy(from, offset + done, block, within, part);
            done += part;
        }
        size = Math.max(size, position + done);
        return done;
    }

    private byte[] writable(int index, Quota quota) {
        byte[] mine = own.get(index);
        if (mine != null) {
            return mine;
        }
        byte[] theirs = block(index);
        if (theirs == null) {
            quota.take(BLOCK);
            mine = new byte[BLOCK];
            held++;
        } else {
            mine = theirs.clone();
        }
        own.put(index, mine);
        return mine;
    }

    /** Cuts the file or lengthens it with zeros. */
    void resize(long newSize, Quota quota) {
        if (newSize > quota.largestFile()) {
            throw new WasiError(Errno.FBIG);
        }
        if (newSize < size) {
            int end = (int) ((newSize + BLOCK - 1) / BLOCK);
            int before = held;
            if (end < sharedEnd) {
                held -= (int) shared.keySet().stream().filter(index -> index >= end && index < sharedEnd && !own.containsKey(index)).count();
                sharedEnd = end;
            }
            int mine = own.size();
            own.keySet().removeIf(index -> index >= end);
            held -= mine - own.size();
            quota.giveBack((long) (before - held) * BLOCK);
            int within = (int) (newSize % BLOCK);
            if (within != 0 && block(end - 1) != null) {
                java.util.Arrays.fill(writable(end - 1, quota), within, BLOCK, (byte) 0);
            }
        }
        size = newSize;
    }

    /** Makes sure that the bytes from {@code position} on have their blocks, and that the file reaches to their end. */
    void allocate(long position, long length, Quota quota) {
        long end = position + length;
        if (end < 0 || end > quota.largestFile()) {
            throw new WasiError(Errno.FBIG);
        }
        for (long at = position / BLOCK; at * BLOCK < end; at++) {
            writable((int) at, quota);
        }
        size = Math.max(size, end);
    }
}
