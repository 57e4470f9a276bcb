package dev.thaw.wasm;

/** The host's state of one request: open descriptors, how much input was read, the output so far. Used by one thread. */
public interface HostCall {
    /** What the module wrote as its response so far. */
    byte[] output();

    /** Ends the request: whatever is open is closed. Called once, whatever became of the request. */
    default void close() {
        // nothing is open
    }
}
