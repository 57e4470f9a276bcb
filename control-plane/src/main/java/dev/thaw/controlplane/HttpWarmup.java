package dev.thaw.controlplane;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Asks the server itself for a function that there is not, some times, so that the first client does not wait while Java loads and compiles
 * what reads requests and writes answers: some hundred milliseconds of a JVM's life.
 */
final class HttpWarmup {
    private static final System.Logger LOG = System.getLogger(HttpWarmup.class.getName());
    private static final int TIMES = 150;
    private static final int LIMIT_MILLIS = 5_000;
    /** No name of a function begins with two dots, so nobody can have deployed it. */
    private static final String REQUESTS = request("POST", "/2015-03-31/functions/..thaw/invocations")
            + request("POST", "/2015-03-31/functions/thaw-warmup/invocations?Qualifier=0") + request("GET", "/fn/..thaw/?a=b");

    private HttpWarmup() {}

    /** Begins to, on a thread of its own; ends by itself, at the latest when the server does. */
    static void start(String host, int port) {
        Thread.ofPlatform().daemon().name("thaw-http-warmup").start(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(host, port), LIMIT_MILLIS);
                socket.setSoTimeout(LIMIT_MILLIS);
                ask(socket.getOutputStream(), socket.getInputStream());
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "the way of a request cannot be warmed up: " + e);
            }
        });
    }

    private static String request(String method, String path) {
        return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}";
    }

    private static void ask(OutputStream out, InputStream in) throws IOException {
        byte[] requests = REQUESTS.getBytes(StandardCharsets.US_ASCII);
        byte[] answers = new byte[16 << 10];
        for (int i = 0; i < TIMES; i++) {
            out.write(requests);
            if (in.read(answers) < 0) {
                return;
            }
        }
        out.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        while (in.read(answers) >= 0) {
            // To the end, which comes after the last answer.
        }
    }
}
