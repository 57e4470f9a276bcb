package dev.thaw.controlplane.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.thaw.controlplane.logs.FunctionLogs;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A followed log takes its client at his pace, and not for ever. */
@Timeout(240)
class LogStreamTest {
    private static final String LINE = "x".repeat(10_000);
    private static final int BUFFER = 16 << 10;

    @TempDir
    private Path folder;
    private final Vertx vertx = Vertx.vertx();
    private final CountDownLatch closed = new CountDownLatch(1);
    private FunctionLogs logs;

    @BeforeEach
    void open() {
        logs = new FunctionLogs(folder);
        logs.open("f");
    }

    @AfterEach
    void close() {
        vertx.close().await();
        logs.close();
    }

    /** A client that follows the log and has not read of it. */
    private Socket follower(long patienceMillis) throws Exception {
        Router router = Router.router(vertx);
        router.route().handler(context -> {
            context.response().setChunked(true);
            new LogStream(context, logs.read("f", 10).orElseThrow(), 10, true, () -> true, patienceMillis).start();
        });
        HttpServer server = vertx.createHttpServer(new HttpServerOptions().setSendBufferSize(BUFFER))
                .connectionHandler(connection -> connection.closeHandler(_ -> closed.countDown())).requestHandler(router).listen(0, "127.0.0.1").await();
        Socket socket = new Socket();
        socket.setReceiveBufferSize(BUFFER);
        socket.connect(new InetSocketAddress("127.0.0.1", server.actualPort()));
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    void whoReadsNothingIsLetGo() throws Exception {
        try (Socket deaf = follower(200)) {
            while (!closed.await(1, TimeUnit.MILLISECONDS)) {
                logs.line("f", 1, "id", "stdout", LINE);
            }
        }
    }

    @Test
    void whoReadsAfterAWhileGoesOn() throws Exception {
        try (Socket late = follower(LogStream.PATIENCE_MILLIS)) {
            for (int i = 0; i < 500; i++) {
                logs.line("f", 1, "id", "stdout", LINE);
            }
            BufferedReader in = new BufferedReader(new InputStreamReader(late.getInputStream(), StandardCharsets.UTF_8));
            logs.line("f", 1, "id", "stdout", "the last");
            String line = in.readLine();
            while (!line.contains("the last")) {
                line = in.readLine();
            }
            assertEquals(1, closed.getCount());
        }
    }
}
