package dev.thaw.vmm.linux.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.linux.GuestBench;
import dev.thaw.vmm.linux.Syscall;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Records that are no addresses come through the VM's resolver as a name server of the host's has them, under the names of the list. */
class NameServersTest {
    private static final int SRV = 33;
    private static final int TXT = 16;
    private static final int PTR = 12;

    /** A name server on this machine that answers with one record of the type asked for. */
    private static final class Server implements AutoCloseable {
        private final ServerSocket tcp;
        private final DatagramSocket udp;
        private final AtomicInteger asked = new AtomicInteger();
        private final byte[] data;

        Server(int dataBytes) throws IOException {
            ServerSocket listening = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
            Optional<DatagramSocket> beside = besides(listening);
            while (beside.isEmpty()) {
                listening.close();
                listening = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
                beside = besides(listening);
            }
            tcp = listening;
            udp = beside.get();
            data = new byte[dataBytes];
            Arrays.fill(data, (byte) 'd');
            Thread.ofVirtual().start(this::serveUdp);
            Thread.ofVirtual().start(this::serveTcp);
        }

        /** The same port for datagrams; empty where somebody has it. */
        private static Optional<DatagramSocket> besides(ServerSocket listening) {
            try {
                return Optional.of(new DatagramSocket(listening.getLocalPort(), InetAddress.getLoopbackAddress()));
            } catch (SocketException _) {
                return Optional.empty();
            }
        }

        private byte[] answer(byte[] question, int room) {
            ByteBuffer out = ByteBuffer.allocate(question.length + 12 + data.length).put(question);
            out.putShort((short) 0xc00c).put(question, question.length - 4, 4).putInt(60).putShort((short) data.length).put(data);
            out.put(2, (byte) 0x81).put(3, (byte) 0x80).putShort(6, (short) 1);
            if (out.capacity() <= room) {
                return out.array();
            }
            out.put(2, (byte) 0x83).putShort(6, (short) 0);
            return Arrays.copyOf(out.array(), question.length);
        }

        private void serveUdp() {
            DatagramPacket packet = new DatagramPacket(new byte[512], 512);
            try {
                while (true) {
                    packet.setLength(512);
                    udp.receive(packet);
                    asked.incrementAndGet();
                    byte[] question = Arrays.copyOf(packet.getData(), packet.getLength());
                    byte[] forged = answer(question, 512);
                    forged[1]++;
                    udp.send(new DatagramPacket(forged, forged.length, packet.getSocketAddress()));
                    byte[] answer = answer(question, 512);
                    udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                // Closed: the test is over.
            }
        }

        private void serveTcp() {
            while (true) {
                try (Socket socket = tcp.accept()) {
                    DataInputStream in = new DataInputStream(socket.getInputStream());
                    byte[] answer = answer(in.readNBytes(in.readUnsignedShort()), 0xffff);
                    socket.getOutputStream().write(ByteBuffer.allocate(2 + answer.length).putShort((short) answer.length).put(answer).array());
                } catch (IOException e) {
                    return;
                }
            }
        }

        EgressPolicy policy(String... rules) {
            NameServers servers = new NameServers(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), udp.getLocalPort())), 60_000);
            return EgressPolicy.parse(List.of(rules)).withNames(new HostNames() {
                @Override
                public List<InetAddress> addresses(String name) throws UnknownHostException {
                    throw new UnknownHostException(name);
                }

                @Override
                public Optional<byte[]> records(byte[] question) throws IOException {
                    return Optional.of(servers.ask(question));
                }
            });
        }

        @Override
        public void close() throws IOException {
            udp.close();
            tcp.close();
        }
    }

    private static byte[] question(String name, int type) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0});
        for (String label : name.split("\\.")) {
            out.write(label.length());
            out.writeBytes(label.getBytes(StandardCharsets.ISO_8859_1));
        }
        out.writeBytes(new byte[] {0, 0, (byte) type, 0, 1});
        return out.toByteArray();
    }

    private static byte[] ask(GuestBench guest, int kind, byte[] message) throws InterruptedException {
        long fd = guest.call("socket", Sockets.INET, kind, 0);
        assertEquals(0, guest.call("connect", fd, Sockets.inet(guest, 127, 0, 0, 53, 53), 16));
        assertEquals(message.length, guest.call("write", fd, guest.bytes(message), message.length));
        long into = guest.space(4096);
        long n = guest.call("read", fd, into, 4096);
        for (int i = 0; i < 12_000 && n == Syscall.BLOCKED; i++) {
            Thread.sleep(5);
            n = guest.again();
        }
        assertTrue(n > 0, () -> "no answer");
        guest.closeFd(fd);
        return guest.kernel().user().readBytes(into, (int) n);
    }

    private static byte[] udp(GuestBench guest, byte[] message) throws InterruptedException {
        return ask(guest, Sockets.DGRAM, message);
    }

    private static int answers(byte[] message) {
        return message[7];
    }

    @Test
    void aServiceRecordOfANameOnTheListComesAsItIs() throws Exception {
        try (Server server = new Server(20); GuestBench guest = new GuestBench(server.policy("*.example.com"))) {
            byte[] question = question("_db._tcp.a.example.com", SRV);
            byte[] answer = udp(guest, question);
            assertEquals(1, answers(answer));
            assertArrayEquals(new byte[] {0x12, 0x34, (byte) 0x81, (byte) 0x80}, Arrays.copyOf(answer, 4));
            assertArrayEquals(Arrays.copyOfRange(question, 12, question.length), Arrays.copyOfRange(answer, 12, question.length));
            assertEquals("d".repeat(20), new String(answer, answer.length - 20, 20, StandardCharsets.ISO_8859_1));
        }
    }

    @Test
    void aNameOnNoRuleAndWhatNamesTheInsideAreNotEvenAskedFor() throws Exception {
        try (Server server = new Server(20); GuestBench guest = new GuestBench(server.policy("*.example.com", "*"))) {
            assertEquals(0, answers(udp(guest, question("1.0.0.10.in-addr.arpa", PTR))));
            try (GuestBench strict = new GuestBench(server.policy("a.example.com"))) {
                byte[] answer = udp(strict, question("b.example.com", TXT));
                assertEquals(DnsQuery.NXDOMAIN, answer[3] & 0xf);
            }
            assertEquals(0, server.asked.get());
        }
    }

    @Test
    void whatHasNoRoomInADatagramComesOverTcp() throws Exception {
        try (Server server = new Server(1500); GuestBench guest = new GuestBench(server.policy("example.com"))) {
            byte[] question = question("example.com", TXT);
            byte[] cut = udp(guest, question);
            assertEquals(2, cut[2] & 2, "TC");
            assertEquals(question.length, cut.length);
            byte[] framed = ByteBuffer.allocate(2 + question.length).putShort((short) question.length).put(question).array();
            byte[] whole = ask(guest, Sockets.STREAM, framed);
            assertEquals(2 + question.length + 12 + 1500, whole.length);
            assertEquals(0, whole[4] & 2);
        }
    }

    @Test
    void aServerThatDoesNotAnswerIsAServersFailure() throws Exception {
        try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            NameServers servers = new NameServers(
                    List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), silent.getLocalPort())), 50);
            EgressPolicy policy = EgressPolicy.parse(List.of("example.com")).withNames(new HostNames() {
                @Override
                public List<InetAddress> addresses(String name) {
                    return List.of();
                }

                @Override
                public Optional<byte[]> records(byte[] question) throws IOException {
                    return Optional.of(servers.ask(question));
                }
            });
            try (GuestBench guest = new GuestBench(policy)) {
                assertEquals(DnsQuery.SERVFAIL, udp(guest, question("example.com", TXT))[3] & 0xf);
            }
        }
    }
}
