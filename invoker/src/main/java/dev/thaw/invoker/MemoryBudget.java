package dev.thaw.invoker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The host's memory as far as VMs may hold it privately: what they share, the pages of snapshots, the kernel takes back when it needs
 * it. A new VM must fit into what all VMs may hold together and into what the host has available. Safe for all threads.
 */
final class MemoryBudget {
    /** proc_meminfo(5), kB. */
    private static final Path MEMINFO = Path.of("/proc/meminfo");
    private static final String AVAILABLE = "MemAvailable:";
    /** How old the host's figure may be: a burst's VMs do not all ask, nanoseconds. */
    private static final long FRESH = 100_000_000;

    private final long most;
    private final long spare;
    private final AtomicLong held = new AtomicLong();
    private final MemoryLenders lenders = new MemoryLenders();
    private volatile Reading reading;

    private record Reading(long available, long heldThen, long at) {}

    MemoryBudget(PoolConfig config) {
        this.reading = read();
        this.most = config.memoryBytes() > 0 ? config.memoryBytes() : reading.available / 4 * 3;
        this.spare = config.spareBytes();
    }

    /** What one VM holds, as far as is known. Its worker's own. */
    final class Share {
        private long bytes;

        private Share(long bytes) {
            this.bytes = bytes;
        }

        void now(long newBytes) {
            held.addAndGet(newBytes - bytes);
            bytes = newBytes;
        }
    }

    /** A share for one more VM, whether it fits or not. */
    Share take(long bytes) {
        held.addAndGet(bytes);
        return new Share(bytes);
    }

    /** How many VMs that hold so much each would fit besides those there are. */
    int room(long bytesEach) {
        Reading known = reading;
        if (System.nanoTime() - known.at > FRESH) {
            known = read();
            reading = known;
        }
        long now = held.get();
        long host = known.available - spare - Math.max(0, now - known.heldThen);
        return (int) Math.clamp(Math.min(most - now, host) / Math.max(1, bytesEach), 0, Integer.MAX_VALUE);
    }

    /** Whether there is no room for a VM that holds so much, and no idle one of another function could make it, as far as was tried of late. */
    boolean exhausted(long bytesEach) {
        return room(bytesEach) == 0 && lenders.hadNone();
    }

    /** Idle VMs that go when requests of other functions need their memory. */
    MemoryLenders lenders() {
        return lenders;
    }

    /** A VM that made room is gone: what the host has is looked at anew, and who waits for room goes on. */
    void madeRoom() {
        reading = read();
        lenders.gaveBack();
    }

    /** Private memory of all VMs, bytes. */
    long held() {
        return held.get();
    }

    /** What they may hold together, bytes. */
    long most() {
        return most;
    }

    private Reading read() {
        try {
            for (String line : Files.readAllLines(MEMINFO)) {
                if (line.startsWith(AVAILABLE)) {
                    long kilobytes = Long.parseLong(line.substring(AVAILABLE.length()).strip().split(" ")[0]);
                    return new Reading(kilobytes << 10, held.get(), System.nanoTime());
                }
            }
            throw new IOException(MEMINFO + " has no " + AVAILABLE);
        } catch (IOException e) {
            throw new UncheckedIOException("the host's memory cannot be read", e);
        }
    }
}
