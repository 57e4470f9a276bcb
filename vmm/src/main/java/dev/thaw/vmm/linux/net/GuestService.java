package dev.thaw.vmm.linux.net;

import java.util.List;

/**
 * A server of the host's at a TCP port of the guest's loopback (127.0.0.1), such as the Lambda Runtime API.
 *
 * <p>One instance serves one VM. A half-closed connection is still one to a service: it answers, then closes.
 */
public interface GuestService extends HostPeer {
    /** The loopback port, 1 to 65535. */
    int port();

    /** The guest connected. */
    void connected(ServiceConnection connection);

    /** The service's state at a freeze, without the connections' unread bytes, which the socket layer keeps. */
    byte[] save();

    /** Takes up a saved state in a thawed VM, with the connections that were open, by their ids. */
    void load(byte[] state, List<ServiceConnection> connections);
}
