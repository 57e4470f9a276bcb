package dev.thaw.sdk.runtime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The Runtime API's client: one connection, HTTP/1.1 by hand. Each read and each write leaves the VM, so an event takes one of
 * either: its response and the request for the next event leave together.
 *
 * <p>Every method throws an EOFException when the other side closes the connection: the function is not wanted any longer.
 */
final class RuntimeClient implements AutoCloseable {
    private static final String BASE = "/2018-06-01/runtime/";
    private static final byte[] NEXT = get("invocation/next");

    private final InputStream in;
    private final OutputStream out;
    private final AutoCloseable connection;
    private final HttpReader head = new HttpReader();

    RuntimeClient(InputStream in, OutputStream out, AutoCloseable connection) {
        this.in = in;
        this.out = out;
        this.connection = connection;
    }

    static RuntimeClient connect(RuntimeEnvironment environment) throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.connect(environment.api());
        return new RuntimeClient(socket.getInputStream(), socket.getOutputStream(), socket);
    }

    /** Says that the function is ready to be frozen; returns after the thaw. */
    void awaitRestore() throws IOException {
        out.write(get("restore/next"));
        expect(200);
    }

    /** Asks for the first event. A function without hooks is frozen in here. */
    RuntimeEvent first() throws IOException {
        out.write(NEXT);
        return event();
    }

    /** Hands in what became of an event, and asks for the next one. */
    RuntimeEvent answer(RuntimeEvent answered, Outcome outcome) throws IOException {
        out.write(post("invocation/" + answered.requestId() + (outcome.good() ? "/response" : "/error"), outcome, NEXT));
        byte[] reply = receive();
        if (head.status() != 202) {
            System.err.println("the response was refused: " + head.status() + " " + new String(reply, StandardCharsets.UTF_8));
        }
        return event();
    }

    /** Hands in the last answer of a process that must not go on. */
    void answerLast(RuntimeEvent answered, Outcome outcome) throws IOException {
        out.write(post("invocation/" + answered.requestId() + "/error", outcome, new byte[0]));
        receive();
    }

    /** Reports a failure at {@code init/error} or {@code restore/error}. */
    void fail(String path, Outcome outcome) throws IOException {
        out.write(post(path, outcome, new byte[0]));
        receive();
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private RuntimeEvent event() throws IOException {
        byte[] payload = expect(200);
        return new RuntimeEvent(
                head.header("Lambda-Runtime-Aws-Request-Id")
                        .orElseThrow(() -> new IOException("the Runtime API gave an event without a request id")),
                deadline(), head.header("Lambda-Runtime-Invoked-Function-Arn").orElse(""),
                head.header("Lambda-Runtime-Trace-Id"), head.header("Lambda-Runtime-Client-Context"), payload);
    }

    private long deadline() throws IOException {
        Optional<String> deadline = head.header("Lambda-Runtime-Deadline-Ms");
        try {
            return deadline.map(Long::parseLong).orElse(0L);
        } catch (NumberFormatException e) {
            throw new IOException("the Runtime API gave the deadline " + deadline.get());
        }
    }

    private byte[] expect(int status) throws IOException {
        byte[] body = receive();
        if (head.status() != status) {
            throw new IOException("the Runtime API answered " + head.status() + " instead of " + status + ": "
                    + new String(body, StandardCharsets.UTF_8));
        }
        return body;
    }

    private byte[] receive() throws IOException {
        return head.receive(in);
    }

    private static byte[] get(String path) {
        return ("GET " + BASE + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] post(String path, Outcome outcome, byte[] next) {
        String errorType = outcome.errorType().map(type -> "Lambda-Runtime-Function-Error-Type: " + type + "\r\n").orElse("");
        byte[] top = ("POST " + BASE + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n" + errorType
                + "Content-Length: " + outcome.body().length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream all = new ByteArrayOutputStream(top.length + outcome.body().length + next.length);
        all.writeBytes(top);
        all.writeBytes(outcome.body());
        all.writeBytes(next);
        return all.toByteArray();
    }

    /**
     * What the handler made of an event.
     *
     * @param errorType empty for a response
     */
    record Outcome(byte[] body, Optional<String> errorType) {
        static Outcome response(byte[] body) {
            return new Outcome(body, Optional.empty());
        }

        static Outcome error(Throwable thrown) {
            return new Outcome(ErrorJson.of(thrown), Optional.of(ErrorJson.type(thrown)));
        }

        boolean good() {
            return errorType.isEmpty();
        }
    }
}
