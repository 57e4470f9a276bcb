package dev.thaw.wasm;

/** A module that this engine does not run: malformed, invalid, beyond a limit, or using what is refused. The message says which. */
public final class InvalidModuleException extends Exception {
    private static final long serialVersionUID = 1;

    /** @param message what is wrong and where, for the module's author */
    public InvalidModuleException(String message) {
        super(Printable.message(message));
    }

    /** @param cause what the engine said, kept for the log */
    public InvalidModuleException(String message, Throwable cause) {
        super(Printable.message(message), cause);
    }
}
