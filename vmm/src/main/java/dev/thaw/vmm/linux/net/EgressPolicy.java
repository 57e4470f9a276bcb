package dev.thaw.vmm.linux.net;

/** What a program may reach outside its VM: so far nothing. */
public record EgressPolicy() {
    public static final EgressPolicy NONE = new EgressPolicy();
}
