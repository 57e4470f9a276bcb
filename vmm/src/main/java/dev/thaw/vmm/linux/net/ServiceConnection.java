package dev.thaw.vmm.linux.net;

/** The host's end of a guest's connection to a {@link GuestService}. Methods may be called from any thread. */
public interface ServiceConnection {
    /** Stable across freeze and thaw, unique in its VM. */
    int id();

    /** Appends to what the guest can read; bounded by what the service itself makes, never waits. */
    void send(byte[] bytes);

    /** Ends the connection as a server's close does: the guest reads what is left, then the end. */
    void close();
}
