package dev.thaw.vmm.linux.net;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The resolver over TCP: each message behind its length, RFC 1035 section 4.2.2. Its connections end at a thaw. */
final class ResolverService implements GuestService {
    /** A question takes less. */
    private static final int MOST_BYTES = 1024;
    /** Questions on one connection: what is not read of the answers takes the monitor's memory. */
    private static final int MOST_QUESTIONS = 64;

    /** What the length before a message can say. */
    private static final int MOST_ANSWER = 0xffff;

    private static final class Talk {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int questions;
    }

    private final Resolver resolver;
    private final Map<Integer, Talk> talks = new HashMap<>();

    ResolverService(Resolver resolver) {
        this.resolver = resolver;
    }

    @Override
    public int port() {
        return Resolver.ADDRESS.port();
    }

    @Override
    public void connected(ServiceConnection connection) {
        talks.put(connection.id(), new Talk());
    }

    @Override
    public void received(ServiceConnection connection, byte[] bytes) {
        Talk talk = talks.get(connection.id());
        if (talk == null) {
            return;
        }
        talk.bytes.writeBytes(bytes);
        byte[] all = talk.bytes.toByteArray();
        int at = 0;
        while (all.length - at >= 2) {
            int length = (all[at] & 0xff) << 8 | all[at + 1] & 0xff;
            if (length > MOST_BYTES || talk.questions >= MOST_QUESTIONS) {
                talks.remove(connection.id());
                connection.close();
                return;
            }
            if (all.length - at - 2 < length) {
                break;
            }
            talk.questions++;
            byte[] message = Arrays.copyOfRange(all, at + 2, at + 2 + length);
            resolver.query(message, MOST_ANSWER, answer -> connection.send(framed(answer)));
            at += 2 + length;
        }
        talk.bytes.reset();
        talk.bytes.write(all, at, all.length - at);
    }

    private static byte[] framed(byte[] answer) {
        byte[] framed = new byte[2 + answer.length];
        framed[0] = (byte) (answer.length >> 8);
        framed[1] = (byte) answer.length;
        System.arraycopy(answer, 0, framed, 2, answer.length);
        return framed;
    }

    @Override
    public void closed(ServiceConnection connection) {
        talks.remove(connection.id());
    }

    @Override
    public byte[] save() {
        return new byte[0];
    }

    @Override
    public void load(byte[] state, List<ServiceConnection> connections) {
        connections.forEach(ServiceConnection::close);
    }
}
