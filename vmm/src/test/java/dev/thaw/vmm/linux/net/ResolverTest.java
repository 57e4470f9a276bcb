package dev.thaw.vmm.linux.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.linux.GuestBench;
import dev.thaw.vmm.linux.Syscall;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The VM's name server at 127.0.0.53, as a guest's bytes reach it. */
class ResolverTest {
    private static byte[] question(int id, String name, int type, int dnsClass) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) (id >> 8), (byte) id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0});
        for (String label : name.split("\\.")) {
            out.write(label.length());
            out.writeBytes(label.getBytes(StandardCharsets.ISO_8859_1));
        }
        out.writeBytes(new byte[] {0, (byte) (type >> 8), (byte) type, (byte) (dnsClass >> 8), (byte) dnsClass});
        return out.toByteArray();
    }

    private static byte[] ask(GuestBench guest, byte[] message) {
        long fd = guest.call("socket", Sockets.INET, Sockets.DGRAM, 0);
        long to = Sockets.inet(guest, 127, 0, 0, 53, 53);
        assertEquals(message.length, guest.call("sendto", fd, guest.bytes(message), message.length, 0, to, 16));
        long into = guest.space(1024);
        long n = guest.call("recvfrom", fd, into, 1024, Sockets.DONTWAIT, 0, 0);
        guest.closeFd(fd);
        return n < 0 ? new byte[0] : guest.kernel().user().readBytes(into, (int) n);
    }

    private static int code(byte[] answer) {
        return answer[3] & 0xf;
    }

    @Test
    void aNameOnNoRuleDoesNotExistAndTheVmsOwnNamesAreItsLoopback() {
        try (GuestBench guest = new GuestBench()) {
            byte[] unknown = ask(guest, question(0x1234, "Example.COM", 1, 1));
            assertEquals(DnsQuery.NXDOMAIN, code(unknown));
            assertEquals(0x12, unknown[0]);
            assertEquals(0x34, unknown[1]);
            assertEquals("Example", new String(unknown, 13, 7, StandardCharsets.ISO_8859_1));
            byte[] own = ask(guest, question(1, "localhost", 1, 1));
            assertEquals(DnsQuery.NOERROR, code(own));
            assertTrue(Arrays.equals(new byte[] {127, 0, 0, 1}, Arrays.copyOfRange(own, own.length - 4, own.length)));
            byte[] six = ask(guest, question(1, "x.localhost", 28, 1));
            assertEquals(1, six[six.length - 1]);
            assertEquals(1, six[7]);
            assertEquals(DnsQuery.NOERROR, code(ask(guest, question(1, "thaw", 1, 1))));
        }
    }

    @Test
    void whatIsNoQuestionIsAnsweredAsSuchOrNotAtAll() {
        try (GuestBench guest = new GuestBench()) {
            assertEquals(0, ask(guest, new byte[0]).length);
            assertEquals(0, ask(guest, new byte[11]).length);
            byte[] answer = question(1, "a.b", 1, 1);
            answer[2] |= (byte) 0x80;
            assertEquals(0, ask(guest, answer).length);
            assertEquals(DnsQuery.FORMERR, code(ask(guest, new byte[12])));
            byte[] pointer = question(1, "a.b", 1, 1);
            pointer[12] = (byte) 0xc0;
            assertEquals(DnsQuery.FORMERR, code(ask(guest, pointer)));
            assertEquals(DnsQuery.FORMERR, code(ask(guest, Arrays.copyOf(question(1, "a.b", 1, 1), 16))));
            assertEquals(DnsQuery.FORMERR, code(ask(guest, question(1, "a.".repeat(200) + "b", 1, 1))));
            assertEquals(DnsQuery.REFUSED, code(ask(guest, question(1, "a.b", 1, 3))));
            byte[] notify = question(1, "a.b", 1, 1);
            notify[2] = 0x20;
            assertEquals(DnsQuery.NOTIMP, code(ask(guest, notify)));
            assertEquals(DnsQuery.NXDOMAIN, code(ask(guest, question(1, "a b\0.c", 1, 1))));
        }
    }

    @Test
    void noBytesBreakIt() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] message = random.nextBoolean() ? question(i, "abc.example", 1, 1) : new byte[random.nextInt(80)];
            for (int j = random.nextInt(6) + (message.length < 20 ? 10 : 0); j > 0 && message.length > 0; j--) {
                message[random.nextInt(message.length)] = (byte) random.nextInt();
            }
            DnsQuery.parse(message).ifPresent(query -> assertTrue(query.answer(0, java.util.List.of()).length <= 512));
        }
    }

    @Test
    void itAnswersOverTcpInAnyPieces() {
        try (GuestBench guest = new GuestBench()) {
            long fd = guest.call("socket", Sockets.INET, Sockets.STREAM, 0);
            assertEquals(0, guest.call("connect", fd, Sockets.inet(guest, 127, 0, 0, 53, 53), 16));
            byte[] question = question(5, "localhost", 1, 1);
            byte[] framed = new byte[question.length + 2];
            framed[1] = (byte) question.length;
            System.arraycopy(question, 0, framed, 2, question.length);
            for (byte b : framed) {
                assertEquals(1, guest.call("write", fd, guest.bytes(new byte[] {b}), 1));
            }
            String answer = Sockets.receive(guest, fd);
            assertEquals(answer.length() - 2, answer.charAt(1));
            assertEquals("\u007f\0\0\1", answer.substring(answer.length() - 4));
            try (GuestBench thawed = guest.thaw()) {
                assertEquals("", Sockets.receive(thawed, fd));
            }
            assertEquals(2, guest.call("write", fd, guest.bytes(new byte[] {(byte) 255, (byte) 255}), 2));
            assertEquals("", Sockets.receive(guest, fd));
        }
    }

    @Test
    void aQuestionThatNeverGetsItsAnswerDoesNotHoldAnything() {
        try (GuestBench guest = new GuestBench()) {
            long fd = guest.call("socket", Sockets.INET, Sockets.DGRAM, 0);
            assertEquals(0, guest.call("connect", fd, Sockets.inet(guest, 127, 0, 0, 53, 53), 16));
            long into = guest.space(512);
            assertEquals(Syscall.BLOCKED, guest.call("recvfrom", fd, into, 512, 0, 0, 0));
            assertEquals(false, guest.kernel().network().awaitsOutside());
        }
    }
}
