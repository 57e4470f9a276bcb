package dev.thaw.perf;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * One kept-alive HTTP/1.1 connection to the server under test, with blocking calls: a client that costs as little as one can, on the cores
 * that the server needs. Of one thread.
 */
final class HttpConnection implements AutoCloseable {
    private static final int MAX_HEADER = 64 << 10;
    private static final int MAX_BODY = 8 << 20;
    private static final int TIMEOUT_MILLIS = 60_000;

    private final Socket socket = new Socket();
    private final InputStream in;
    private final OutputStream out;
    private final String host;

    /** @param body of the answer; @param timing the Server-Timing header, empty text when there is none */
    record Reply(int status, String timing, byte[] body) {}

    HttpConnection(String host, int port) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
        this.in = new BufferedInputStream(socket.getInputStream(), 16 << 10);
        this.out = socket.getOutputStream();
        this.host = host + ":" + port;
    }

    /** A connection to the same place. */
    HttpConnection again() throws IOException {
        return new HttpConnection(socket.getInetAddress().getHostAddress(), socket.getPort());
    }

    /** The bytes of an invocation's request, to be sent as often as wanted. */
    byte[] request(String function, byte[] event) {
        byte[] head = ("POST /2015-03-31/functions/" + function + "/invocations HTTP/1.1\r\nHost: " + host
                + "\r\nContent-Type: application/json\r\nContent-Length: " + event.length + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = java.util.Arrays.copyOf(head, head.length + event.length);
        System.arraycopy(event, 0, all, head.length, event.length);
        return all;
    }

    /** Sends a request and waits for its whole answer. */
    Reply exchange(byte[] request) throws IOException {
        out.write(request);
        String status = line();
        if (!status.matches("HTTP/1\\.1 \\d{3}( .*)?")) {
            throw new IOException("no HTTP answer: " + status);
        }
        int length = 0;
        String timing = "";
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            String name = line.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).strip();
            switch (name) {
                case "content-length" -> length = Integer.parseInt(value);
                case "server-timing" -> timing = value;
                default -> { }
            }
        }
        if (length < 0 || length > MAX_BODY) {
            throw new IOException("an answer of " + length + " bytes");
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("the server closed the connection within an answer");
        }
        return new Reply(Integer.parseInt(status.substring(9, 12)), timing, body);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(64);
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0 || line.length() > MAX_HEADER) {
                throw new EOFException("the server closed the connection");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** Why a reply is no success; empty when it is one. */
    static Optional<String> problem(Reply reply) {
        return reply.status() == 200 && !reply.timing().isEmpty() ? Optional.empty()
                : Optional.of("status " + reply.status() + " " + new String(reply.body(), StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
