package dev.thaw.vmm.linux.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Turns names into addresses for guests. Called on threads of the network's own, where it may wait. */
@FunctionalInterface
public interface HostNames {
    /** The host's own resolver, with the JVM's cache. */
    HostNames SYSTEM = name -> List.of(InetAddress.getAllByName(name));

    /** @throws UnknownHostException when the name has no address, or nobody could be asked */
    List<InetAddress> addresses(String name) throws UnknownHostException;
}
