package dev.thaw.wasm;

/** A stored image that cannot be taken up; it is made anew from the module. The message says why, as of "it". */
public final class BadImageException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message why, as of "it" */
    public BadImageException(String message) {
        super(message);
    }
}
