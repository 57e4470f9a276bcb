package dev.thaw.wasm;

/** Ends the instance because a limit was reached where the module cannot be told by an error code. */
public final class WasmLimitException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String which;

    /** @param which the limit's short name, e.g. {@code "output"} */
    public WasmLimitException(String which) {
        super("limit: " + which, null, false, false);
        this.which = which;
    }

    public String which() {
        return which;
    }
}
