package dev.thaw.controlplane.lambda;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Requests byte by byte, as no HTTP client would send them: each on its own connection. */
public final class RawCalls {
    /** After so long without an answer a request hangs. */
    private static final int HANGS_MILLIS = 120_000;

    /** The version is that of the request, if that has one. */
    private static final Pattern STATUS = Pattern.compile("\\S+ ([0-9]{3}) ");
    private static final String GO_ON = "HTTP/1.1 100 Continue\r\n\r\n";

    private RawCalls() {}

    /**
     * What came back.
     *
     * @param status 0 where the connection was closed without an answer
     */
    public record Raw(int status, String head, String body) {
        public String header(String name) {
            for (String line : head.split("\r\n")) {
                if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
                    return line.substring(name.length() + 1).strip();
                }
            }
            return "";
        }

        public String error() {
            return status + " " + header("x-amzn-ErrorType");
        }
    }

    /** @param end whether the client says that it sends no more */
    public static Raw send(int port, byte[] request, boolean end) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(HANGS_MILLIS);
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    OutputStream out = socket.getOutputStream();
                    out.write(request);
                    out.flush();
                    if (end) {
                        socket.shutdownOutput();
                    }
                } catch (IOException _) {
                    // The server has answered and closed before all was sent.
                }
            });
            Raw raw = read(socket.getInputStream());
            sender.interrupt();
            return raw;
        }
    }

    /** A request whose body is as long as it says. */
    public static Raw send(int port, String head, byte[] body) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes((head + "\r\nHost: 127.0.0.1:" + port + "\r\nConnection: close\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
        request.writeBytes(body);
        return send(port, request.toByteArray(), false);
    }

    /** Until the connection ends, or the answer does. */
    private static Raw read(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[16 << 10];
        while (true) {
            int count;
            try {
                count = in.read(buffer);
            } catch (SocketTimeoutException e) {
                throw new AssertionError("no answer within " + HANGS_MILLIS + " ms, only: " + all, e);
            } catch (IOException _) {
                count = -1; // reset: what came before it counts
            }
            if (count < 0) {
                return parse(all.toString(StandardCharsets.UTF_8));
            }
            all.write(buffer, 0, count);
            Raw so = parse(all.toString(StandardCharsets.UTF_8));
            if (so.status() != 0 && so.header("Content-Length").equals(Integer.toString(so.body().getBytes(StandardCharsets.UTF_8).length))) {
                return so;
            }
        }
    }

    private static Raw parse(String all) {
        String answer = all.startsWith(GO_ON) ? all.substring(GO_ON.length()) : all;
        int end = answer.indexOf("\r\n\r\n");
        Matcher line = STATUS.matcher(answer);
        return end < 0 || !line.lookingAt() ? new Raw(0, answer, "") : new Raw(Integer.parseInt(line.group(1)), answer.substring(0, end), answer.substring(end + 4));
    }
}
