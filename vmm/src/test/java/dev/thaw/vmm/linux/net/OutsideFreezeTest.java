package dev.thaw.vmm.linux.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.linux.GuestBench;
import dev.thaw.vmm.linux.Syscall;
import dev.thaw.vmm.testing.OutsideHost;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What becomes of ways to outside at a freeze, a thaw and an end, without a vCPU. */
class OutsideFreezeTest {
    private static long address(GuestBench guest, OutsideHost outside, int port) {
        byte[] b = outside.inet().getAddress();
        return Sockets.inet(guest, b[0] & 0xff, b[1] & 0xff, b[2] & 0xff, b[3] & 0xff, port);
    }

    private static EgressPolicy to(OutsideHost outside) {
        return EgressPolicy.parse(List.of(outside.address()));
    }

    /** Makes a blocking call again until it is answered. */
    private static long finish(GuestBench guest, long answer) {
        long last = answer;
        while (last == Syscall.BLOCKED) {
            Thread.onSpinWait();
            last = guest.again();
        }
        return last;
    }

    /** A server whose backlog is full: a connect to it neither succeeds nor fails. */
    private static final class FullServer implements AutoCloseable {
        private final ServerSocket server;
        private final List<SocketChannel> filling = new ArrayList<>();

        FullServer(OutsideHost outside) throws IOException {
            server = new ServerSocket(0, 1, outside.inet());
            for (int i = 0; i < 6; i++) {
                SocketChannel channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.connect(new InetSocketAddress(outside.inet(), server.getLocalPort()));
                filling.add(channel);
            }
        }

        @Override
        public void close() throws IOException {
            for (SocketChannel channel : filling) {
                channel.close();
            }
            server.close();
        }
    }

    @Test
    void aConnectThatIsUnderWayIsResetByTheThaw() throws IOException {
        try (OutsideHost outside = OutsideHost.make(); FullServer server = new FullServer(outside);
                GuestBench guest = new GuestBench(to(outside))) {
            int port = server.server.getLocalPort();
            long pending = guest.call("socket", Sockets.INET, Sockets.STREAM | Sockets.NONBLOCK, 0);
            assertEquals(-115, guest.call("connect", pending, address(guest, outside, port), 16));
            assertEquals(-114, guest.call("connect", pending, address(guest, outside, port), 16));
            assertEquals(0, Sockets.poll(guest, pending, Sockets.IN | Sockets.OUT));
            long waiting = guest.call("socket", Sockets.INET, Sockets.STREAM, 0);
            long at = address(guest, outside, port);
            assertEquals(Syscall.BLOCKED, guest.call("connect", waiting, at, 16));
            assertTrue(guest.kernel().network().awaitsOutside());
            try (GuestBench thawed = guest.thaw()) {
                assertFalse(thawed.kernel().network().awaitsOutside());
                thawed.kernel().user().writeBytes(at, guest.kernel().user().readBytes(at, 16));
                assertEquals(-104, thawed.again());
                assertEquals(Sockets.IN | Sockets.OUT | Sockets.ERR | Sockets.HUP,
                        Sockets.poll(thawed, pending, Sockets.IN | Sockets.OUT));
                long value = thawed.ints(0);
                assertEquals(0, thawed.call("getsockopt", pending, 1, 4, value, thawed.ints(4)));
                assertEquals(104, thawed.readInt(value));
                assertEquals(Syscall.BLOCKED, thawed.call("connect", waiting, address(thawed, outside, port), 16));
            }
            assertEquals(Syscall.BLOCKED, guest.again());
        }
    }

    @Test
    void anAddressThatANameHadIsReachedAfterTheThawWhereTheListHasTheName() throws IOException {
        try (OutsideHost outside = OutsideHost.make()) {
            int port = outside.serve(socket -> { });
            HostNames names = name -> List.of(outside.inet());
            EgressPolicy policy = EgressPolicy.parse(List.of("api.example.com")).withNames(names);
            try (GuestBench guest = new GuestBench(policy)) {
                assertEquals(-13, connect(guest, outside, port));
                resolve(guest);
                assertEquals(0, connect(guest, outside, port));
                try (GuestBench same = guest.thaw(); GuestBench other = guest.thaw(EgressPolicy.parse(List.of("www.example.com")));
                        GuestBench none = guest.thaw(EgressPolicy.NONE)) {
                    assertEquals(0, connect(same, outside, port));
                    assertEquals(-13, connect(other, outside, port));
                    assertEquals(-13, connect(none, outside, port));
                }
            }
        }
    }

    private static long connect(GuestBench guest, OutsideHost outside, int port) {
        long fd = guest.call("socket", Sockets.INET, Sockets.STREAM, 0);
        return finish(guest, guest.call("connect", fd, address(guest, outside, port), 16));
    }

    private static void resolve(GuestBench guest) {
        byte[] question = {0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 'a', 'p', 'i', 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 3, 'c', 'o', 'm', 0,
            0, 1, 0, 1};
        long fd = guest.call("socket", Sockets.INET, Sockets.DGRAM, 0);
        guest.call("connect", fd, Sockets.inet(guest, 127, 0, 0, 53, 53), 16);
        assertEquals(question.length, guest.call("write", fd, guest.bytes(question), question.length));
        long into = guest.space(512);
        assertEquals(question.length + 16, finish(guest, guest.call("read", fd, into, 512)));
        guest.closeFd(fd);
    }

    @Test
    void whatTheProgramSentBeforeItClosedStillGoesOutAndTheVmsEndEndsTheRest() throws Exception {
        CompletableFuture<Integer> whole = new CompletableFuture<>();
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        try (OutsideHost outside = OutsideHost.make()) {
            int all = 4 << 20;
            int port = outside.serve(socket -> {
                pause();
                whole.complete(socket.getInputStream().readAllBytes().length);
            });
            int other = outside.serve(socket -> {
                try {
                    ended.complete(socket.getInputStream().read() < 0);
                } catch (IOException e) {
                    ended.complete(true);
                }
            });
            try (GuestBench guest = new GuestBench(to(outside))) {
                long fd = guest.call("socket", Sockets.INET, Sockets.STREAM, 0);
                assertEquals(0, finish(guest, guest.call("connect", fd, address(guest, outside, port), 16)));
                long bytes = guest.space(all);
                assertEquals(all, finish(guest, guest.call("write", fd, bytes, all)));
                guest.kernel().lock().lock();
                guest.closeFd(fd);
                guest.kernel().lock().unlock();
                assertEquals(all, whole.get(120, TimeUnit.SECONDS));
                long open = guest.call("socket", Sockets.INET, Sockets.STREAM, 0);
                assertEquals(0, finish(guest, guest.call("connect", open, address(guest, outside, other), 16)));
            }
            assertTrue(ended.get(120, TimeUnit.SECONDS));
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aVmHoldsABoundedNumberOfTheHostsSockets() throws IOException {
        try (OutsideHost outside = OutsideHost.make(); FullServer server = new FullServer(outside);
                GuestBench guest = new GuestBench(to(outside))) {
            long address = address(guest, outside, server.server.getLocalPort());
            for (int i = 0; i < Outside.MOST_SOCKETS; i++) {
                long fd = guest.call("socket", Sockets.INET, Sockets.STREAM | Sockets.NONBLOCK, 0);
                assertEquals(-115, guest.call("connect", fd, address, 16));
            }
            long fd = guest.call("socket", Sockets.INET, Sockets.STREAM | Sockets.NONBLOCK, 0);
            assertEquals(-105, guest.call("connect", fd, address, 16));
            guest.kernel().lock().lock();
            guest.closeFd(fd - 1);
            guest.kernel().lock().unlock();
            assertEquals(-115, guest.call("connect", fd, address, 16));
        }
    }
}
