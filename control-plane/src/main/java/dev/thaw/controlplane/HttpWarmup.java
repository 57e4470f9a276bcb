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

    private HttpWarmup() {}

    /**
     * Begins to, on a thread of its own; ends by itself, at the latest when the server does.
     *
     * @param token an API key of the server's that may invoke
     */
    static void start(String host, int port, String token) {
        Thread.ofPlatform().daemon().name("thaw-http-warmup").start(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(host, port), LIMIT_MILLIS);
                socket.setSoTimeout(LIMIT_MILLIS);
                ask(socket.getOutputStream(), socket.getInputStream(), token);
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "the way of a request cannot be warmed up: " + e);
            }
        });
    }

    /** No name of a function begins with two dots, so nobody can have deployed it. */
    private static String requests(String token) {
        return request("POST", "/2015-03-31/functions/..thaw/invocations", token)
                + request("POST", "/2015-03-31/functions/thaw-warmup/invocations?Qualifier=0", token) + request("GET", "/fn/..thaw/?a=b", token);
    }

    private static String request(String method, String path, String token) {
        return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\nContent-Length: 2\r\n\r\n{}";
    }

    private static void ask(OutputStream out, InputStream in, String token) throws IOException {
        byte[] requests = requests(token).getBytes(StandardCharsets.US_ASCII);
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
