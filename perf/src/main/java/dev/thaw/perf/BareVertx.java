package dev.thaw.perf;

import dev.thaw.perf.report.Taking;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;

/**
 * The least that HTTP costs on this machine by the library that Thaw's server is made of: a Vert.x handler that takes a request's body and
 * answers with as many bytes as the C function, in a JVM of its own, asked by the same client at the same pace.
 */
public final class BareVertx implements AutoCloseable {
    private static final byte[] ANSWER = "{\"bytes\": 15}\n".getBytes(StandardCharsets.US_ASCII);

    final Taking paused = Taking.yardstick("http.bare-paused", "a bare Vert.x handler, request to answer, with 5 ms pauses");
    final Taking straight = Taking.yardstick("http.bare", "a bare Vert.x handler, request to answer");
    private final Process process;
    private final HttpConnection client;
    private final byte[] request;

    private BareVertx(Process process, HttpConnection client) {
        this.process = process;
        this.client = client;
        this.request = client.request("bare", StartsBench.EVENT);
    }

    /** Started and asked so often that its path is compiled. */
    static BareVertx start(int warmUp) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                // The same JVM options, but for the cache of classes: one that does not fit is told of on the standard output, where the port is awaited.
                .filter(argument -> argument.startsWith("-XX:") && !argument.startsWith("-XX:AOTCache")).forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), BareVertx.class.getName()));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(process::destroy));
        BufferedReader said = process.inputReader();
        String port = said.readLine();
        if (port == null) {
            throw new BenchException("the bare Vert.x handler does not start");
        }
        BareVertx bare = new BareVertx(process, new HttpConnection("127.0.0.1", Integer.parseInt(port)));
        for (int i = 0; i < warmUp; i++) {
            bare.client.exchange(bare.request);
        }
        return bare;
    }

    /** Another connection, for other clients; the caller closes it. */
    HttpConnection connect() throws IOException {
        return client.again();
    }

    void round(int count, long pauseNanos) throws IOException {
        take(straight, count, 0);
        take(paused, count, pauseNanos);
    }

    private void take(Taking into, int count, long pauseNanos) throws IOException {
        for (int i = 0; i < count; i++) {
            if (pauseNanos > 0) {
                LockSupport.parkNanos(pauseNanos);
            }
            long start = System.nanoTime();
            client.exchange(request);
            into.addNanos(System.nanoTime() - start);
        }
        into.endRound();
    }

    @Override
    public void close() throws IOException {
        client.close();
        process.destroy();
    }

    /** The process: prints its port and serves until it is ended. */
    public static void main(String[] args) throws ExecutionException, InterruptedException {
        Vertx vertx = Vertx.vertx();
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(_ -> request.response()
                        .putHeader("Content-Type", "application/json").end(Buffer.buffer(ANSWER))))
                .listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get();
        System.out.println(server.actualPort());
    }
}
