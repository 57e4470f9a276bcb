package dev.thaw.vmm.linux.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/** Tells guests what is known of names. Called on threads of the network's own, where it may wait. */
@FunctionalInterface
public interface HostNames {
    /** The host's own resolver, with the JVM's cache; records that are no addresses come from the servers of /etc/resolv.conf. */
    HostNames SYSTEM = new HostNames() {
        @Override
        public List<InetAddress> addresses(String name) throws UnknownHostException {
            return List.of(InetAddress.getAllByName(name));
        }

        @Override
        public Optional<byte[]> records(byte[] question) throws IOException {
            return Optional.of(NameServers.ofHost().ask(question));
        }
    };

    /** @throws UnknownHostException when the name has no address, or nobody could be asked */
    List<InetAddress> addresses(String name) throws UnknownHostException;

    /**
     * A whole message (RFC 1035, section 4) that answers a question for other records than addresses; empty for none.
     *
     * @param question the question's bytes
     * @throws IOException when nobody could be asked
     */
    default Optional<byte[]> records(byte[] question) throws IOException {
        return Optional.empty();
    }
}
