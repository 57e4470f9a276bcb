package dev.thaw.invoker.contract;

import dev.thaw.vmm.linux.net.ServiceConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The Lambda Runtime API on a port of the host's, for runtimes that are run natively. */
public final class HostRuntimeApi implements AutoCloseable {
    /** How long an event may be worked on, as the runtime is told. */
    private static final long EVENT_MILLIS = 600_000;

    private final LambdaRuntimeApi api = new LambdaRuntimeApi();
    private final ServerSocket server;
    private final AtomicInteger ids = new AtomicInteger();

    public HostRuntimeApi() throws IOException {
        server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket socket = server.accept();
                    Thread.ofVirtual().start(() -> serve(socket));
                }
            } catch (IOException e) {
                // Closed.
            }
        });
    }

    /** What AWS_LAMBDA_RUNTIME_API says. */
    public String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    private void serve(Socket socket) {
        Connection connection = new Connection(ids.incrementAndGet(), socket);
        synchronized (this) {
            api.connected(connection);
        }
        try (socket) {
            byte[] chunk = new byte[1 << 16];
            for (int n = socket.getInputStream().read(chunk); n >= 0; n = socket.getInputStream().read(chunk)) {
                synchronized (this) {
                    api.received(connection, Arrays.copyOf(chunk, n));
                    notifyAll();
                }
            }
        } catch (IOException e) {
            // The runtime ended.
        }
        synchronized (this) {
            api.closed(connection);
        }
    }

    private record Connection(int id, Socket socket) implements ServiceConnection {
        @Override
        public void send(byte[] bytes) {
            try {
                socket.getOutputStream().write(bytes);
            } catch (IOException e) {
                close();
            }
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    /** Waits until the runtime asks for an event, hands one over, and waits for what becomes of it. */
    public synchronized Answer ask(String requestId, String payload, long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        while (!api.ready()) {
            if (api.answer().isPresent() && api.answer().get() instanceof Answer.Error(Answer.Stage stage, String type, byte[] body)
                    && stage != Answer.Stage.INVOKE) {
                return api.answer().get();
            }
            waitUntil(end, "the runtime asks for no event");
        }
        api.offer(new Event(requestId, payload.getBytes(StandardCharsets.UTF_8), System.currentTimeMillis() + EVENT_MILLIS, "arn:test",
                Optional.of("{\"custom\":{\"a\":1}}"), Optional.of("Root=1")));
        while (api.answer().isEmpty()) {
            waitUntil(end, "the runtime gives no answer");
        }
        return api.answer().get();
    }

    private void waitUntil(long end, String otherwise) throws InterruptedException {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            throw new AssertionError(otherwise);
        }
        wait(left);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
