package dev.thaw.invoker;

/** What of a VM is kept between requests. */
public enum Isolation {
    /** Nothing: each request meets exactly the frozen state. */
    PER_REQUEST("per-request"),
    /** Everything, as AWS Lambda does: requests of one instance follow each other in one VM. */
    INSTANCE("instance"),
    /** Nothing, and a VM is never used twice, not even after a rollback. */
    FRESH_VM("fresh-vm");

    private final String label;

    Isolation(String label) {
        this.label = label;
    }

    /** The name in a manifest. */
    public String label() {
        return label;
    }
}
