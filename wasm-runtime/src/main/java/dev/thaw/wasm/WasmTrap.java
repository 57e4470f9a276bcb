package dev.thaw.wasm;

/** Ends the instance as a trap: what a host function throws when the module broke its contract. Has the wasm frames in its trace. */
public final class WasmTrap extends RuntimeException {
    private static final long serialVersionUID = 1;

    public WasmTrap(String message) {
        super(message);
    }
}
