package dev.thaw.vmm;

/** What {@link Machine#audit} found. */
public sealed interface AuditResult {
    /** The VM is its snapshot. @param pages compared @param translations read back by ring 3 */
    record Same(int pages, int translations) implements AuditResult {}

    /** It is not: the VM must not take a request, and rollback is not to be trusted for this function. */
    record Differs(String what) implements AuditResult {}
}
