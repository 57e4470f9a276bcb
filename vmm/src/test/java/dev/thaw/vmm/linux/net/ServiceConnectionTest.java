package dev.thaw.vmm.linux.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.thaw.vmm.linux.GuestBench;
import dev.thaw.vmm.linux.Syscall;
import dev.thaw.vmm.snapshot.BadSnapshotException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A host's service on the guest's loopback, as the guest sees it. */
class ServiceConnectionTest {
    private static long connect(GuestBench guest, int flags) {
        long fd = guest.call("socket", Sockets.INET, Sockets.STREAM | flags, 0);
        assertEquals(0, guest.call("connect", fd, Sockets.loopback(guest, 9001), 16));
        return fd;
    }

    @Test
    void whatTheGuestSendsReachesTheServiceAtOnceAndItsAnswerIsThereToRead() {
        EchoService service = new EchoService();
        try (GuestBench guest = new GuestBench(service)) {
            long fd = connect(guest, 0);
            assertEquals(5, Sockets.send(guest, fd, "hello"));
            assertEquals("hello", service.memory);
            assertEquals(Sockets.IN | Sockets.OUT, Sockets.poll(guest, fd, Sockets.IN | Sockets.OUT));
            assertEquals("hello", Sockets.receive(guest, fd));
            assertEquals("-11", Sockets.receive(guest, fd));
        }
    }

    @Test
    void aBlockedReceiveGoesOnWhenTheServiceSendsLater() {
        EchoService service = new EchoService();
        try (GuestBench guest = new GuestBench(service)) {
            long fd = connect(guest, 0);
            long into = guest.space(16);
            assertEquals(Syscall.BLOCKED, guest.call("recvfrom", fd, into, 16, 0, 0, 0));
            assertEquals(Syscall.BLOCKED, guest.again());
            service.connections.getFirst().send("event".getBytes(StandardCharsets.ISO_8859_1));
            assertEquals(5, guest.again());
            assertEquals("event", guest.text(into, 5));
        }
    }

    @Test
    void aServiceThatClosesLeavesWhatItSentAndThenTheEnd() {
        EchoService service = new EchoService();
        try (GuestBench guest = new GuestBench(service)) {
            long fd = connect(guest, Sockets.NONBLOCK);
            Sockets.send(guest, fd, "last words");
            Sockets.send(guest, fd, "bye");
            assertEquals("last words", Sockets.receive(guest, fd));
            assertEquals("", Sockets.receive(guest, fd));
            assertEquals(1, Sockets.send(guest, fd, "x"));
            assertEquals(-32, Sockets.send(guest, fd, "x"));
            guest.closeFd(fd);
            assertEquals(List.of(), service.closed);
        }
    }

    @Test
    void theServiceIsToldWhenTheGuestCloses() {
        EchoService service = new EchoService();
        try (GuestBench guest = new GuestBench(service)) {
            long fd = connect(guest, 0);
            guest.closeFd(fd);
            assertEquals(List.of(service.connections.getFirst().id()), service.closed);
            service.connections.getFirst().send(new byte[10]);
        }
    }

    @Test
    void aServicesPortIsTakenAndOtherPortsRefuse() {
        try (GuestBench guest = new GuestBench(new EchoService())) {
            long fd = guest.call("socket", Sockets.INET, Sockets.STREAM, 0);
            assertEquals(-98, guest.call("bind", fd, Sockets.loopback(guest, 9001), 16));
            assertEquals(-111, guest.call("connect", fd, Sockets.loopback(guest, 9002), 16));
            assertEquals(-13, guest.call("connect", fd, Sockets.inet(guest, 10, 0, 0, 1, 80), 16));
        }
    }

    @Test
    void aLongResponseGoesOutWhole() {
        EchoService service = new EchoService();
        try (GuestBench guest = new GuestBench(service)) {
            long fd = connect(guest, 0);
            long body = guest.space(6 << 20);
            assertEquals(6 << 20, guest.call("sendto", fd, body, 6 << 20, 0, 0, 0));
            assertEquals(6 << 20, service.memory.length());
        }
    }

    @Test
    void aConnectionWithUnreadBytesIsTheSameAfterAThaw() {
        EchoService service = new EchoService();
        EchoService fresh = new EchoService();
        try (GuestBench guest = new GuestBench(service)) {
            long fd = connect(guest, 0);
            Sockets.send(guest, fd, "unread");
            try (GuestBench thawed = guest.thaw(fresh)) {
                assertEquals("unread", fresh.memory);
                assertEquals(service.connections.getFirst().id(), fresh.connections.getFirst().id());
                assertEquals("unread", Sockets.receive(thawed, fd));
                Sockets.send(thawed, fd, "more");
                assertEquals("more", Sockets.receive(thawed, fd));
                long other = connect(thawed, 0);
                Sockets.send(thawed, other, "new");
                assertEquals("new", Sockets.receive(thawed, other));
                assertEquals(2, fresh.connections.stream().map(ServiceConnection::id).distinct().count());
            }
        }
    }

    @Test
    void aSnapshotWhoseServiceIsMissingIsRefused() {
        try (GuestBench guest = new GuestBench(new EchoService())) {
            connect(guest, 0);
            assertThrows(BadSnapshotException.class, guest::thaw);
        }
    }
}
