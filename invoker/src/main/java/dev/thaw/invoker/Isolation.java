package dev.thaw.invoker;

/** What of an instance is kept between requests. */
public enum Isolation {
    /**
     * Nothing: each request meets exactly the frozen state, in a VM that is new or was rolled back to it. Costs the rollback, which comes
     * after the response; a VM that a request left in any doubt is destroyed instead.
     */
    PER_REQUEST("per-request"),
    /**
     * Everything, as AWS Lambda does: a VM goes on where its last request left it, globals, files, threads and connections included, and
     * serves one event at a time. How many such VMs there are, and which gets a request, is nobody's to rely on; after an error that ended
     * the program, and when idle for long, what it kept is gone.
     */
    INSTANCE("instance"),
    /** Nothing, and a VM is never used twice, not even after a rollback: a thaw for each request, made before it where there is time. */
    FRESH_VM("fresh-vm"),
    /** {@link Runtime#WASI} alone: nothing, as with {@link #PER_REQUEST}, and the module runs inside a microVM: two walls. */
    VM("vm");

    private final String label;

    Isolation(String label) {
        this.label = label;
    }

    /** The name in a manifest. */
    public String label() {
        return label;
    }

    /** Whether an instance goes back to the frozen state after a request, to serve the next. */
    boolean rollsBack() {
        return switch (this) {
            case PER_REQUEST, VM -> true;
            case INSTANCE, FRESH_VM -> false;
        };
    }
}
