package dev.thaw.wasm;

import run.endive.runtime.Memory;

/**
 * What Endive's interface has for memories that threads share. No module with such a memory gets here; of the threads proposal, waiting
 * on another memory traps and nobody is ever woken.
 */
interface UnsharedMemory extends Memory {
    /** Whether so many bytes lie inside; throws {@link WasmTrap} if not. */
    void check(int address, int length);

    @Override
    default boolean shared() {
        return false;
    }

    @Override
    @SuppressWarnings("removal")
    default Object lock(int address) {
        return this;
    }

    @Override
    @SuppressWarnings("removal")
    default int waitOn(int address, int expected, long timeout) {
        throw new WasmTrap("expected shared memory");
    }

    @Override
    @SuppressWarnings("removal")
    default int waitOn(int address, long expected, long timeout) {
        throw new WasmTrap("expected shared memory");
    }

    @Override
    @SuppressWarnings("removal")
    default int notify(int address, int maxThreads) {
        check(address, 4);
        return 0;
    }
}
