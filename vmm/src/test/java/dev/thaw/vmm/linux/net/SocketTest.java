package dev.thaw.vmm.linux.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.linux.GuestBench;
import dev.thaw.vmm.linux.Syscall;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What differs from a native run on purpose, what needs a second caller, and what a hostile guest may try. */
class SocketTest {
    @Test
    void nothingOutsideTheLoopbackIsReached() {
        try (GuestBench guest = new GuestBench()) {
            long tcp = guest.call("socket", Sockets.INET, Sockets.STREAM, 0);
            long udp = guest.call("socket", Sockets.INET, Sockets.DGRAM, 0);
            long six = guest.call("socket", Sockets.INET6, Sockets.DGRAM, 0);
            long outside = Sockets.inet(guest, 8, 8, 8, 8, 53);
            assertEquals(-13, guest.call("connect", tcp, outside, 16));
            assertEquals(-13, guest.call("connect", udp, outside, 16));
            assertEquals(-13, guest.call("sendto", udp, guest.text("q"), 1, 0, outside, 16));
            assertEquals(-99, guest.call("bind", tcp, outside, 16));
            assertEquals(-13, guest.call("connect", six, Sockets.inet6(guest, 7, 53), 28));
            assertEquals(-1, guest.call("socket", Sockets.INET, 3, 1));
        }
    }

    @Test
    void aConnectedUdpSocketLearnsThatNobodyListens() {
        try (GuestBench guest = new GuestBench()) {
            long udp = guest.call("socket", Sockets.INET, Sockets.DGRAM, 0);
            assertEquals(0, guest.call("connect", udp, Sockets.loopback(guest, 53), 16));
            assertEquals(1, Sockets.send(guest, udp, "q"));
            assertEquals("-111", Sockets.receive(guest, udp));
            assertEquals("-11", Sockets.receive(guest, udp));
        }
    }

    @Test
    void aFullBacklogMakesConnectsWaitUntilOneIsAccepted() {
        try (GuestBench guest = new GuestBench()) {
            long listener = Sockets.listener(guest, 0);
            long address = Sockets.loopback(guest, Sockets.port(guest, listener));
            long first = guest.call("socket", Sockets.INET, Sockets.STREAM, 0);
            assertEquals(0, guest.call("connect", first, address, 16));
            long second = guest.call("socket", Sockets.INET, Sockets.STREAM | Sockets.NONBLOCK, 0);
            assertEquals(-115, guest.call("connect", second, address, 16));
            assertEquals(0, Sockets.poll(guest, second, Sockets.OUT));
            assertEquals(-114, guest.call("connect", second, address, 16));
            long third = guest.call("socket", Sockets.INET, Sockets.STREAM, 0);
            assertEquals(Syscall.BLOCKED, guest.call("connect", third, address, 16));
            assertTrue(guest.call("accept", listener, 0, 0) > 0);
            assertEquals(Sockets.OUT, Sockets.poll(guest, second, Sockets.OUT));
            assertEquals(0, guest.call("connect", second, address, 16));
            guest.closeFd(listener);
            assertEquals("-104", Sockets.receive(guest, second));
        }
    }

    @Test
    void aFullReceiverStopsTheSenderAndPollSaysWhenThereIsRoom() {
        try (GuestBench guest = new GuestBench()) {
            long[] pair = Sockets.tcpPair(guest);
            long data = guest.space(1 << 20);
            long sent = 0;
            for (long n; (n = guest.call("sendto", pair[0], data, 1 << 20, Sockets.DONTWAIT, 0, 0)) > 0; ) {
                sent += n;
            }
            assertTrue(sent >= 1 << 20 && sent <= Budget.LIMIT, "sent " + sent);
            assertEquals(0, Sockets.poll(guest, pair[0], Sockets.OUT));
            assertEquals(Syscall.BLOCKED, guest.call("write", pair[0], data, 10));
            assertEquals(1 << 20, guest.call("recvfrom", pair[1], data, 1 << 20, 0, 0, 0));
            assertEquals(Sockets.OUT, Sockets.poll(guest, pair[0], Sockets.OUT));
            assertEquals(10, guest.call("write", pair[0], data, 10));
        }
    }

    @Test
    void allBuffersOfAVmTogetherStayWithinTheBudget() {
        try (GuestBench guest = new GuestBench()) {
            long data = guest.space(1 << 20);
            long sent = 0;
            for (int i = 0; i < 200; i++) {
                long fds = guest.space(8);
                assertEquals(0, guest.call("socketpair", Sockets.UNIX, Sockets.STREAM, 0, fds));
                for (long n; (n = guest.call("sendto", guest.readInt(fds), data, 1 << 20, Sockets.DONTWAIT, 0, 0)) > 0; ) {
                    sent += n;
                }
            }
            assertTrue(sent <= Budget.LIMIT, "held " + sent);
            for (int fd : guest.kernel().files().descriptors()) {
                guest.closeFd(fd);
            }
            assertEquals(Budget.LIMIT, guest.kernel().network().budget().left());
        }
    }

    @Test
    void manySocketsEndInEmfile() {
        try (GuestBench guest = new GuestBench()) {
            long result = 0;
            int made = 0;
            while (result >= 0 && made < 100_000) {
                result = guest.call("socket", Sockets.INET, Sockets.STREAM, 0);
                made++;
            }
            assertEquals(-24, result);
            assertEquals(-24, guest.call("socketpair", Sockets.UNIX, Sockets.STREAM, 0, guest.space(8)));
        }
    }

    @Test
    void aConnectionThatNoDescriptorIsLeftForStaysInTheBacklog() {
        try (GuestBench guest = new GuestBench()) {
            long listener = Sockets.listener(guest, 5);
            long client = guest.call("socket", Sockets.INET, Sockets.STREAM, 0);
            guest.call("connect", client, Sockets.loopback(guest, Sockets.port(guest, listener)), 16);
            guest.kernel().files().setLimit(2);
            assertEquals(-24, guest.call("accept", listener, 0, 0));
            guest.kernel().files().setLimit(3);
            assertEquals(2, guest.call("accept", listener, 0, 0));
        }
    }

    @Test
    void connectionsThatNobodyAcceptsAreBounded() {
        try (GuestBench guest = new GuestBench()) {
            long listener = Sockets.listener(guest, 1 << 30);
            long address = Sockets.loopback(guest, Sockets.port(guest, listener));
            long result = 0;
            int made = 0;
            while (result == 0 && made < 10_000) {
                long fd = guest.call("socket", Sockets.INET, Sockets.STREAM, 0);
                result = guest.call("connect", fd, address, 16);
                guest.closeFd(fd);
                made++;
            }
            assertEquals(Syscall.BLOCKED, result);
            assertEquals(4098, made);
        }
    }

    @Test
    void badPointersAndLengthsAreErrorsInEveryArgument() {
        try (GuestBench guest = new GuestBench()) {
            long bad = GuestBench.BAD;
            long fd = guest.call("socket", Sockets.INET, Sockets.STREAM, 0);
            assertEquals(-14, guest.call("bind", fd, bad, 16));
            assertEquals(-22, guest.call("bind", fd, Sockets.loopback(guest, 0), 3));
            assertEquals(-22, guest.call("bind", fd, Sockets.loopback(guest, 0), 4096));
            assertEquals(-22, guest.call("connect", fd, bad, 0xffff_fff0L));
            assertEquals(-14, guest.call("connect", fd, bad, 16));
            assertEquals(-97, guest.call("connect", fd, Sockets.inet6(guest, 1, 80), 28));
            assertEquals(-14, guest.call("getsockname", fd, bad, guest.ints(16)));
            assertEquals(-14, guest.call("getsockname", fd, guest.space(16), bad));
            assertEquals(-22, guest.call("getsockname", fd, guest.space(16), guest.ints(-1)));
            assertEquals(-14, guest.call("setsockopt", fd, 1, 2, bad, 4));
            assertEquals(-14, guest.call("getsockopt", fd, 1, 3, bad, guest.ints(4)));
            assertEquals(-88, guest.call("listen", guest.call("eventfd2", 0, 0), 1));
            assertEquals(-9, guest.call("listen", 77, 1));
            long[] pair = Sockets.tcpPair(guest);
            assertEquals(-14, guest.call("sendto", pair[0], bad, 10, 0, 0, 0));
            assertEquals(-22, guest.call("sendto", pair[0], guest.space(8), -1, 0, 0, 0));
            Sockets.send(guest, pair[0], "kept");
            assertEquals(-14, guest.call("recvfrom", pair[1], bad, 10, 0, 0, 0));
            assertEquals(-14, guest.call("recvmsg", pair[1], bad, 0));
            assertEquals(-14, guest.call("sendmmsg", pair[1], bad, 1, 0));
            assertEquals("kept", Sockets.receive(guest, pair[1]));
            long end = GuestBench.DATA + GuestBench.DATA_SIZE;
            assertEquals(5000, guest.call("sendto", pair[0], end - 5000, 9000, 0, 0, 0));
            long listener = Sockets.listener(guest, 5);
            long client = guest.call("socket", Sockets.INET, Sockets.STREAM, 0);
            guest.call("connect", client, Sockets.loopback(guest, Sockets.port(guest, listener)), 16);
            assertEquals(-14, guest.call("accept", listener, bad, guest.ints(16)));
            assertEquals("", Sockets.receive(guest, client));
        }
    }

    @Test
    void descriptorsThatNobodyReadsAreBoundedAndGoWithTheSocket() {
        try (GuestBench guest = new GuestBench()) {
            for (int round = 0; round < 3; round++) {
                long fds = guest.space(8);
                guest.call("socketpair", Sockets.UNIX, Sockets.STREAM, 0, fds);
                long left = guest.readInt(fds);
                long right = guest.readInt(fds + 4);
                int[] control = new int[4 + 253];
                Arrays.fill(control, (int) left);
                control[0] = 16 + 253 * 4;
                control[1] = 0;
                control[2] = 1;
                control[3] = 1;
                long iov = guest.longs(guest.text("x"), 1);
                long header = guest.longs(0, 0, iov, 1, guest.ints(control), 16 + 253 * 4, 0);
                int sent = 0;
                long result = guest.call("sendmsg", left, header, Sockets.DONTWAIT);
                while (result == 1) {
                    sent++;
                    result = guest.call("sendmsg", left, header, Sockets.DONTWAIT);
                }
                assertEquals(-109, result);
                assertEquals(65_536 / 253, sent);
                guest.closeFd(right);
                guest.closeFd(left);
                assertEquals(List.of(), guest.kernel().files().descriptors());
            }
        }
    }
}
