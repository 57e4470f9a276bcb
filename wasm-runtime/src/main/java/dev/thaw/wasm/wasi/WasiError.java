package dev.thaw.wasm.wasi;

/** A WASI call that fails: ends the call with {@link #errno()}, never the module. Has no stack trace, so a module cannot make it dear. */
final class WasiError extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int errno;

    WasiError(int errno) {
        super("WASI errno " + errno, null, false, false);
        this.errno = errno;
    }

    /** One of {@link Errno}. */
    int errno() {
        return errno;
    }
}
