package dev.thaw.wasm;

/** Ends the instance by its own wish: what a host function throws for {@code proc_exit}. */
public final class WasmExit extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int code;

    /** @param code the exit code; 0 is success */
    public WasmExit(int code) {
        super("exit " + code, null, false, false);
        this.code = code;
    }

    public int code() {
        return code;
    }
}
