package dev.thaw.vmm.linux.net;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Name servers, asked for what the JVM's resolver does not tell: records that are no addresses. Each is asked once over UDP, from a
 * port and with a number of its own, and over TCP where the answer has no room (RFC 1035, section 4.2). Waits; thread-safe.
 *
 * @param servers in the order in which they are asked
 * @param millis how long each may take
 */
record NameServers(List<InetSocketAddress> servers, int millis) {
    private static final Path CONFIGURATION = Path.of("/etc/resolv.conf");
    /** resolv.conf(5): MAXNS. */
    private static final int MOST_SERVERS = 3;
    private static final int PORT = 53;
    private static final int MILLIS = 1500;
    private static final int HEADER = 12;
    private static final int UDP_BYTES = 512;
    /** Of an answer over TCP: what EDNS is given by most, and few sets of records are larger. */
    private static final int MOST_BYTES = 4096;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** The host's, as they are now. @throws IOException when it names none */
    static NameServers ofHost() throws IOException {
        List<InetSocketAddress> found = new ArrayList<>();
        for (String line : Files.readAllLines(CONFIGURATION)) {
            String[] words = line.strip().split("\\s+");
            // Numbers only, so that no name is looked up for them; a scope of IPv6 is behind %.
            if (words.length >= 2 && words[0].equals("nameserver") && words[1].matches("[0-9a-fA-F:.]+(%\\w+)?")
                    && found.size() < MOST_SERVERS) {
                found.add(new InetSocketAddress(InetAddress.getByName(words[1]), PORT));
            }
        }
        if (found.isEmpty()) {
            throw new IOException(CONFIGURATION + " names no server");
        }
        return new NameServers(List.copyOf(found), MILLIS);
    }

    /**
     * Asks.
     *
     * @param question the question's bytes: name, type, class
     * @return the whole message of the first server that answered
     * @throws IOException when none did
     */
    byte[] ask(byte[] question) throws IOException {
        IOException last = new IOException("no name server");
        for (InetSocketAddress server : servers) {
            try {
                byte[] answer = overUdp(server, question);
                boolean truncated = (answer[2] & 2) != 0;
                return truncated ? overTcp(server, question) : answer;
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    private static byte[] message(byte[] question) {
        int recursionDesired = 0x0100;
        return ByteBuffer.allocate(HEADER + question.length).putShort((short) RANDOM.nextInt()).putShort((short) recursionDesired)
                .putShort((short) 1).put(HEADER, question).array();
    }

    private byte[] overUdp(InetSocketAddress server, byte[] question) throws IOException {
        byte[] message = message(question);
        long deadline = System.nanoTime() + millis * 1_000_000L;
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(server);
            socket.send(new DatagramPacket(message, message.length));
            DatagramPacket packet = new DatagramPacket(new byte[UDP_BYTES], UDP_BYTES);
            while (true) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new SocketTimeoutException(server + " does not answer");
                }
                socket.setSoTimeout((int) left);
                packet.setLength(UDP_BYTES);
                socket.receive(packet);
                byte[] answer = Arrays.copyOf(packet.getData(), packet.getLength());
                if (answers(answer, message)) {
                    return answer;
                }
            }
        }
    }

    private byte[] overTcp(InetSocketAddress server, byte[] question) throws IOException {
        byte[] message = message(question);
        try (Socket socket = new Socket()) {
            socket.connect(server, millis);
            socket.setSoTimeout(millis);
            socket.getOutputStream().write(ByteBuffer.allocate(2 + message.length).putShort((short) message.length).put(message).array());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            int length = in.readUnsignedShort();
            byte[] answer = length > MOST_BYTES ? new byte[0] : in.readNBytes(length);
            if (answer.length < length || !answers(answer, message)) {
                throw new IOException(server + " answers something else");
            }
            return answer;
        }
    }

    /** Whether it is an answer, of the same number, to the same question. */
    private static boolean answers(byte[] answer, byte[] asked) {
        return answer.length >= asked.length && answer[0] == asked[0] && answer[1] == asked[1] && (answer[2] & 0x80) != 0
                && answer[4] == 0 && answer[5] == 1
                && Arrays.equals(answer, HEADER, asked.length, asked, HEADER, asked.length);
    }
}
