package dev.thaw.vmm.linux.net;

/**
 * What of the host is told about a connection with the guest. The callbacks run on a VM's thread under its kernel lock, must not
 * wait, and may send at once.
 */
public interface HostPeer {
    /** The guest sent bytes; the array is the peer's to keep. */
    void received(ServiceConnection connection, byte[] bytes);

    /** The guest sends no more on this connection, but may still read. */
    default void ended(ServiceConnection connection) {}

    /** The guest closed its end, or ended. */
    void closed(ServiceConnection connection);
}
