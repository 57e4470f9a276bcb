package dev.thaw.vmm.linux.task;

/**
 * A task's wait for a futex.
 *
 * @param key which futex: see {@link Futexes#key}
 * @param bits the bitset it waits with, as in FUTEX_WAIT_BITSET; all ones otherwise
 * @param woken whether it has been woken and is only to return
 */
public record FutexWait(long key, int bits, boolean woken) {
    FutexWait wakeUp() {
        return new FutexWait(key, bits, true);
    }

    FutexWait movedTo(long other) {
        return new FutexWait(other, bits, woken);
    }
}
