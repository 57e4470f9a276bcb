package dev.thaw.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.thaw.invoker.PoolConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** A real server on a free port, and a client of it. */
final class TestServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Server server;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private TestServer(Server server) {
        this.server = server;
    }

    static TestServer on(Path data) throws StartException {
        return new TestServer(Server.start(ServerConfig.of(data).listen("127.0.0.1", 0)
                .with(PoolConfig.USUAL.auditing(1))));
    }

    Server server() {
        return server;
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create(server.url() + path)).timeout(Duration.ofSeconds(120));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) throws IOException, InterruptedException {
        return client.send(request.build(), handler);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(to(path).GET());
    }

    HttpResponse<String> deploy(String name, byte[] zip) throws IOException, InterruptedException {
        return send(to("/thaw/v1/functions/" + name).PUT(BodyPublishers.ofByteArray(zip)));
    }

    HttpResponse<String> delete(String name) throws IOException, InterruptedException {
        return send(to("/thaw/v1/functions/" + name).DELETE());
    }

    HttpRequest.Builder invocation(String name, String event) {
        return to("/2015-03-31/functions/" + name + "/invocations").POST(BodyPublishers.ofString(event));
    }

    HttpResponse<String> invoke(String name, String event) throws IOException, InterruptedException {
        return send(invocation(name, event));
    }

    static JsonNode json(HttpResponse<String> response) throws IOException {
        return JSON.readTree(response.body());
    }

    @Override
    public void close() {
        server.close();
        client.shutdownNow();
    }
}
