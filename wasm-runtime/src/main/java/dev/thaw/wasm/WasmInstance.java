package dev.thaw.wasm;

/** An instance as a {@link Contract} drives it: on the thread that serves the request, until it returns. */
public interface WasmInstance {
    /** Whether the module exports a function of that name. */
    boolean exports(String function);

    /**
     * Calls an exported function.
     *
     * @param arguments as in {@link HostFunction.Body}
     * @return its results; empty for none
     * @throws RuntimeException however it ended; to be let through
     */
    long[] call(String function, long... arguments);

    /** The first memory; empty when the module has none. */
    WasmMemory memory();
}
