package dev.thaw.invoker;

/** A manifest that says something it may not; the message names the field, its value and what is allowed. */
public final class ManifestException extends Exception {
    private static final long serialVersionUID = 1L;

    public ManifestException(String message) {
        super(message);
    }
}
