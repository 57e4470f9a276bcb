package dev.thaw.vmm.linux.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.linux.GuestBench;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The host as a client of a server in the guest. */
class HostConnectionTest {
    /** What a host's end was told. */
    private static final class Told implements HostPeer {
        final List<String> events = new ArrayList<>();

        @Override
        public void received(ServiceConnection connection, byte[] bytes) {
            events.add(new String(bytes, StandardCharsets.ISO_8859_1));
        }

        @Override
        public void ended(ServiceConnection connection) {
            events.add("ended");
        }

        @Override
        public void closed(ServiceConnection connection) {
            events.add("closed");
        }
    }

    private static long bound(GuestBench guest, int family, int last, int port) {
        long fd = guest.call("socket", family, Sockets.STREAM, 0);
        long address = family == Sockets.INET6 ? Sockets.inet6(guest, last, port) : Sockets.inet(guest, last * 127, 0, 0, last, port);
        assertEquals(0, guest.call("bind", fd, address, family == Sockets.INET6 ? 28 : 16));
        return fd;
    }

    @ParameterizedTest
    @ValueSource(strings = {"2 0", "2 1", "10 0", "10 1"})
    void aListenerOfEitherFamilyTakesTheHostsConnection(String where) {
        int family = Integer.parseInt(where.split(" ")[0]);
        int last = Integer.parseInt(where.split(" ")[1]);
        try (GuestBench guest = new GuestBench()) {
            List<String> heard = new ArrayList<>();
            Network network = guest.kernel().network();
            network.whenListening(8080, () -> heard.add("listening"));
            long other = bound(guest, family, last, 8081);
            assertEquals(0, guest.call("listen", other, 1));
            long listener = bound(guest, family, last, 8080);
            Told told = new Told();
            assertTrue(network.connect(8080, told).isEmpty());
            assertEquals(List.of(), heard);
            assertEquals(0, guest.call("listen", listener, 1));
            assertEquals(List.of("listening"), heard);
            ServiceConnection connection = network.connect(8080, told).orElseThrow();
            connection.send("request".getBytes(StandardCharsets.ISO_8859_1));
            assertEquals(Sockets.IN, Sockets.poll(guest, listener, Sockets.IN));
            long accepted = guest.call("accept", listener, 0, 0);
            assertEquals(8080, Sockets.port(guest, accepted) & 0xffff);
            assertEquals("request", Sockets.receive(guest, accepted));
            assertEquals(8, Sockets.send(guest, accepted, "response"));
            guest.call("shutdown", accepted, 1);
            guest.closeFd(accepted);
            assertEquals(List.of("response", "ended", "closed"), told.events);
        }
    }

    @Test
    void theHostsConnectionDoesNotOutliveAFreeze() {
        try (GuestBench guest = new GuestBench()) {
            long listener = bound(guest, Sockets.INET, 0, 8080);
            guest.call("listen", listener, 1);
            Network network = guest.kernel().network();
            network.connect(8080, new Told()).orElseThrow();
            long accepted = guest.call("accept", listener, 0, 0);
            try (GuestBench thawed = guest.thaw()) {
                assertEquals("", Sockets.receive(thawed, accepted));
                List<String> heard = new ArrayList<>();
                thawed.kernel().network().whenListening(8080, () -> heard.add("listening"));
                assertEquals(List.of("listening"), heard);
                assertTrue(thawed.kernel().network().connect(8080, new Told()).isPresent());
            }
        }
    }
}
