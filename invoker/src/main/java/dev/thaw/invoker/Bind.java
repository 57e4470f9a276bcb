package dev.thaw.invoker;

/** What a request's VM, or WebAssembly instance, had been through before it. */
public enum Bind {
    /** Thawed from the snapshot; it had run nothing. */
    NEW("new"),
    /** It had served another request of the same function version and was rolled back to the snapshot. */
    ROLLED_BACK("rolled-back"),
    /** It holds what earlier requests left in it ({@link Isolation#INSTANCE}). */
    KEPT("kept");

    private final String label;

    Bind(String label) {
        this.label = label;
    }

    /** The word in logs, headers and metrics. */
    public String label() {
        return label;
    }
}
