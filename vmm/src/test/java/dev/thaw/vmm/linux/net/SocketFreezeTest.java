package dev.thaw.vmm.linux.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.linux.GuestBench;
import dev.thaw.vmm.linux.Syscall;
import org.junit.jupiter.api.Test;

/** Sockets are the same after a thaw: names, backlogs, connections, unread bytes, ends, options. */
class SocketFreezeTest {
    @Test
    void aConnectionsTwoSidesStillMeet() {
        try (GuestBench guest = new GuestBench()) {
            long[] pair = Sockets.tcpPair(guest);
            Sockets.send(guest, pair[0], "to the server");
            Sockets.send(guest, pair[1], "to the client");
            guest.call("shutdown", pair[1], 1);
            guest.call("setsockopt", pair[0], 6, 1, guest.ints(1), 4);
            try (GuestBench thawed = guest.thaw()) {
                assertEquals("to the client", Sockets.receive(thawed, pair[0]));
                assertEquals("", Sockets.receive(thawed, pair[0]));
                assertEquals("to the server", Sockets.receive(thawed, pair[1]));
                assertEquals(4, Sockets.send(thawed, pair[0], "more"));
                assertEquals("more", Sockets.receive(thawed, pair[1]));
                assertEquals(-32, Sockets.send(thawed, pair[1], "x"));
                long value = thawed.ints(0);
                assertEquals(0, thawed.call("getsockopt", pair[0], 6, 1, value, thawed.ints(4)));
                assertEquals(1, thawed.readInt(value));
            }
        }
    }

    @Test
    void aListenerKeepsItsPortAndItsBacklog() {
        try (GuestBench guest = new GuestBench()) {
            long listener = Sockets.listener(guest, 5);
            int port = Sockets.port(guest, listener);
            long client = guest.call("socket", Sockets.INET, Sockets.STREAM, 0);
            assertEquals(0, guest.call("connect", client, Sockets.loopback(guest, port), 16));
            Sockets.send(guest, client, "early");
            try (GuestBench thawed = guest.thaw()) {
                assertEquals(port, Sockets.port(thawed, listener));
                long server = thawed.call("accept", listener, 0, 0);
                assertEquals("early", Sockets.receive(thawed, server));
                assertEquals(Syscall.BLOCKED, thawed.call("accept", listener, 0, 0));
                long other = thawed.call("socket", Sockets.INET, Sockets.STREAM, 0);
                assertEquals(-98, thawed.call("bind", other, Sockets.loopback(thawed, port), 16));
                assertEquals(0, thawed.call("connect", other, Sockets.loopback(thawed, port), 16));
                assertTrue(thawed.call("accept", listener, 0, 0) > 0);
            }
        }
    }

    @Test
    void namesAndDatagramsStay() {
        try (GuestBench guest = new GuestBench()) {
            long path = guest.call("socket", Sockets.UNIX, Sockets.DGRAM, 0);
            assertEquals(0, guest.call("bind", path, Sockets.unix(guest, "/tmp/s"), 9));
            long named = guest.call("socket", Sockets.UNIX, Sockets.STREAM, 0);
            assertEquals(0, guest.call("bind", named, Sockets.unix(guest, "\0name"), 7));
            assertEquals(0, guest.call("listen", named, 1));
            long udp = guest.call("socket", Sockets.INET, Sockets.DGRAM, 0);
            assertEquals(0, guest.call("bind", udp, Sockets.loopback(guest, 53), 16));
            long sender = guest.call("socket", Sockets.UNIX, Sockets.DGRAM, 0);
            assertEquals(3, guest.call("sendto", sender, guest.text("old"), 3, 0, Sockets.unix(guest, "/tmp/s"), 9));
            try (GuestBench thawed = guest.thaw()) {
                assertEquals(3, thawed.call("sendto", sender, thawed.text("new"), 3, 0, Sockets.unix(thawed, "/tmp/s"), 9));
                assertEquals("old", Sockets.receive(thawed, path));
                assertEquals("new", Sockets.receive(thawed, path));
                long client = thawed.call("socket", Sockets.UNIX, Sockets.STREAM, 0);
                assertEquals(0, thawed.call("connect", client, Sockets.unix(thawed, "\0name"), 7));
                long other = thawed.call("socket", Sockets.INET, Sockets.DGRAM, 0);
                assertEquals(1, thawed.call("sendto", other, thawed.text("q"), 1, 0, Sockets.loopback(thawed, 53), 16));
                assertEquals("q", Sockets.receive(thawed, udp));
            }
        }
    }

    @Test
    void aDescriptorInAMessageUnderWayIsNotLost() {
        try (GuestBench guest = new GuestBench()) {
            long fds = guest.ints(0, 0, 0, 0);
            guest.call("socketpair", Sockets.UNIX, Sockets.STREAM, 0, fds);
            guest.call("pipe", fds + 8);
            long left = guest.readInt(fds);
            long right = guest.readInt(fds + 4);
            long reader = guest.readInt(fds + 8);
            long writer = guest.readInt(fds + 12);
            long control = guest.longs(20, 1L << 32 | 1, writer);
            assertEquals(1, guest.call("sendmsg", left, message(guest, "x", control, 20), 0));
            guest.closeFd(writer);
            try (GuestBench thawed = guest.thaw()) {
                long into = thawed.longs(0, 0, 0);
                assertEquals(1, thawed.call("recvmsg", right, message(thawed, "-", into, 24), 0));
                long came = thawed.readInt(into + 16);
                assertEquals(4, thawed.call("write", came, thawed.text("data"), 4));
                long read = thawed.space(16);
                assertEquals(4, thawed.call("read", reader, read, 16));
                thawed.closeFd(came);
                assertEquals(0, thawed.call("read", reader, read, 16));
            }
        }
    }

    /** struct msghdr without a name. */
    private static long message(GuestBench guest, String text, long control, long controlLength) {
        return guest.longs(0, 0, guest.longs(guest.text(text), text.length()), 1, control, controlLength, 0);
    }

    @Test
    void aBlockedReceiveIsStillBlockedAndThenAnswered() {
        EchoService service = new EchoService();
        EchoService fresh = new EchoService();
        try (GuestBench guest = new GuestBench(service)) {
            long fd = guest.call("socket", Sockets.INET, Sockets.STREAM, 0);
            guest.call("connect", fd, Sockets.loopback(guest, 9001), 16);
            long into = guest.space(16);
            assertEquals(Syscall.BLOCKED, guest.call("recvfrom", fd, into, 16, 0, 0, 0));
            try (GuestBench thawed = guest.thaw(fresh)) {
                assertEquals(Syscall.BLOCKED, thawed.again());
                fresh.connections.getFirst().send(new byte[] {'e', 'v'});
                assertEquals(2, thawed.again());
                assertEquals("ev", thawed.text(into, 2));
            }
        }
    }
}
