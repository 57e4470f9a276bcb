package dev.thaw.deploy.run;

import dev.thaw.vmm.InputSource;
import java.io.IOException;
import java.io.InputStream;

/**
 * Standard input of the host on its way into a VM: a thread reads ahead into a bounded buffer, the VM takes from it without
 * waiting.
 *
 * <p>Lock order: the VM's kernel lock, then this one. {@code onArrival} is called with neither held by this class.
 */
public final class StandardInput implements InputSource {
    private static final int CAPACITY = 64 << 10;

    private final byte[] buffer = new byte[CAPACITY];
    private int start;
    private int size;
    private boolean ended;
    private long arrivals;

    /** Reads the stream to its end on a daemon thread, telling {@code onArrival} whenever there is more, and at the end. */
    public void pump(InputStream from, Runnable onArrival) {
        Thread.ofPlatform().daemon().name("stdin").start(() -> {
            byte[] chunk = new byte[8192];
            int count;
            do {
                count = readQuietly(from, chunk);
                offer(chunk, count);
                onArrival.run();
            } while (count >= 0);
        });
    }

    private static int readQuietly(InputStream from, byte[] chunk) {
        try {
            return from.read(chunk);
        } catch (IOException e) {
            return -1; // EIO of a terminal that hung up, EISDIR: an end of input as far as the program can tell
        }
    }

    private synchronized void offer(byte[] chunk, int count) {
        if (count < 0) {
            ended = true;
        } else {
            while (size + count > CAPACITY) {
                waitQuietly();
            }
            for (int i = 0; i < count; i++) {
                buffer[(start + size + i) % CAPACITY] = chunk[i];
            }
            size += count;
        }
        arrivals++;
        notifyAll();
    }

    @Override
    public synchronized int read(byte[] into, int at, int length) {
        if (size == 0) {
            return ended ? END : NOTHING_YET;
        }
        int count = Math.min(length, size);
        for (int i = 0; i < count; i++) {
            into[at + i] = buffer[(start + i) % CAPACITY];
        }
        start = (start + count) % CAPACITY;
        size -= count;
        notifyAll();
        return count;
    }

    @Override
    public synchronized int available() {
        return size == 0 && ended ? END : size;
    }

    /** How often something arrived; see {@link #awaitArrival}. */
    public synchronized long arrivals() {
        return arrivals;
    }

    /**
     * Waits until something arrives that had not when {@code seen} was taken.
     *
     * @param nanos how long at most
     */
    public synchronized void awaitArrival(long seen, long nanos) throws InterruptedException {
        long deadline = System.nanoTime() + nanos;
        while (arrivals == seen) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return;
            }
            wait(left / 1_000_000 + 1);
        }
    }

    private void waitQuietly() {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
