package dev.thaw.sdk.junit;

import dev.thaw.sdk.runtime.FreezePoint;
import dev.thaw.sdk.runtime.HttpReader;
import dev.thaw.sdk.runtime.RuntimeEnvironment;
import dev.thaw.sdk.runtime.RuntimeLoop;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/**
 * A Runtime API for one function on a loopback socket, and the loop on a thread of its own. The API's side runs in whoever calls, so
 * a test that fails shows where.
 */
final class LocalHost implements Host {
    private static final String BASE = "/2018-06-01/runtime/";
    private static final int MEMORY_MB = 512;
    /** What an invocation may take before the test is ended, milliseconds. */
    private static final int PATIENCE_MILLIS = 60_000;

    private final ServerSocket listener;
    private final Thread loop;
    private final Socket connection;
    private final HttpReader reader = new HttpReader();
    private byte[] body = new byte[0];

    private LocalHost(ServerSocket listener, Thread loop, Socket connection) {
        this.listener = listener;
        this.loop = loop;
        this.connection = connection;
    }

    static LocalHost start(String handler) throws IOException {
        ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        try {
            RuntimeEnvironment environment = new RuntimeEnvironment((InetSocketAddress) listener.getLocalSocketAddress(), handler, true,
                    "test", "1", MEMORY_MB);
            Thread loop = Thread.ofPlatform().name("function " + handler).daemon()
                    .start(() -> new RuntimeLoop(environment, FreezePoint.NONE).run());
            listener.setSoTimeout(PATIENCE_MILLIS);
            Socket connection = listener.accept();
            connection.setSoTimeout(PATIENCE_MILLIS);
            LocalHost host = new LocalHost(listener, loop, connection);
            host.initialise();
            return host;
        } catch (IOException | RuntimeException | AssertionError e) {
            listener.close();
            throw e;
        }
    }

    /** Until the function waits for its first event; an AssertionError with what it reported if it does not come so far. */
    private void initialise() throws IOException {
        String request = next();
        if (request.equals("GET " + BASE + "restore/next")) {
            reply("200 OK", "", new byte[0]);
            request = next();
        }
        if (!request.equals("GET " + BASE + "invocation/next")) {
            String error = new String(body, StandardCharsets.UTF_8);
            reply("202 Accepted", "", new byte[0]);
            throw new AssertionError("the function cannot be initialised: " + error);
        }
    }

    @Override
    public Reply invoke(byte[] event) throws IOException {
        String id = UUID.randomUUID().toString();
        reply("200 OK", "Lambda-Runtime-Aws-Request-Id: " + id + "\r\nLambda-Runtime-Deadline-Ms: "
                + (System.currentTimeMillis() + PATIENCE_MILLIS)
                + "\r\nLambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:000000000000:function:test\r\n", event);
        String request = next();
        Reply reply = switch (request.substring(("POST " + BASE + "invocation/" + id).length())) {
            case "/response" -> new Reply(body, Optional.empty());
            case "/error" -> new Reply(body, reader.header("Lambda-Runtime-Function-Error-Type"));
            case String other -> throw new IOException("the loop sent " + request);
        };
        reply("202 Accepted", "", new byte[0]);
        if (!next().equals("GET " + BASE + "invocation/next")) {
            throw new IOException("the loop does not ask for another event");
        }
        return reply;
    }

    /** Method and path of the request that comes next. */
    private String next() throws IOException {
        body = reader.receive(connection.getInputStream());
        String line = reader.firstLine();
        return line.substring(0, Math.max(0, line.lastIndexOf(' ')));
    }

    private void reply(String status, String headers, byte[] payload) throws IOException {
        OutputStream out = connection.getOutputStream();
        out.write(("HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + payload.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(payload);
    }

    @Override
    public void close() throws IOException {
        connection.close();
        listener.close();
        try {
            loop.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
