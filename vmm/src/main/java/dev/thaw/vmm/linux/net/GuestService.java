package dev.thaw.vmm.linux.net;

import java.util.List;

/**
 * A server of the host's at a TCP port of the guest's loopback (127.0.0.1), such as the Lambda Runtime API.
 *
 * <p>One instance serves one VM. The callbacks run on the VM's thread under its kernel lock, must not wait, and may send at once.
 */
public interface GuestService {
    /** The loopback port, 1 to 65535. */
    int port();

    /** The guest connected. */
    void connected(ServiceConnection connection);

    /** The guest sent bytes; the array is the service's to keep. */
    void received(ServiceConnection connection, byte[] bytes);

    /** The guest closed its end, or ended. */
    void closed(ServiceConnection connection);

    /** The service's state at a freeze, without the connections' unread bytes, which the socket layer keeps. */
    byte[] save();

    /** Takes up a saved state in a thawed VM, with the connections that were open, by their ids. */
    void load(byte[] state, List<ServiceConnection> connections);
}
