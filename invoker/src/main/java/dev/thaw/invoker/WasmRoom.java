package dev.thaw.invoker;

import java.util.concurrent.Semaphore;

/**
 * The part of this JVM's heap that WebAssembly instances may fill together. An instance's memory lies there, and a heap that is full
 * hurts everybody in the process: so an instance starts only when all that its function may ever use is free. Safe for all threads.
 */
final class WasmRoom {
    private final int megabytes;
    private final Semaphore free;

    /** @param bytes that instances may use together */
    WasmRoom(long bytes) {
        this.megabytes = (int) Math.clamp(bytes >> 20, 1, Integer.MAX_VALUE);
        this.free = new Semaphore(megabytes, true);
    }

    /** Half of the heap that this JVM may have. */
    static WasmRoom ofThisHeap() {
        return new WasmRoom(java.lang.Runtime.getRuntime().maxMemory() / 2);
    }

    /** All that there is, MiB. */
    int megabytes() {
        return megabytes;
    }

    /** Waits until an instance with so much memory may run; those who wait come in the order in which they asked. */
    void enter(int memoryMb) {
        free.acquireUninterruptibly(Math.min(memoryMb, megabytes));
    }

    void leave(int memoryMb) {
        free.release(Math.min(memoryMb, megabytes));
    }
}
