package dev.thaw.deploy.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.thaw.controlplane.auth.SigV4;
import dev.thaw.controlplane.auth.Signer;
import dev.thaw.deploy.Failure;
import dev.thaw.deploy.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * One Thaw server as the commands see it. Every method fails with a {@link Failure} whose message says what to do; safe
 * for all threads.
 */
public final class ThawClient implements AutoCloseable {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI server;
    private final Credentials credentials;
    private final Map<String, String> chosen;
    private final Waiting waiting;
    private final AtomicBoolean told = new AtomicBoolean();
    private final HttpClient http;

    public ThawClient(URI server) {
        this(server, new Credentials.None(), Optional.empty(), Optional.empty(), Waiting.silently());
    }

    /**
     * @param credentials how every request says who it is from
     * @param ca          certificates (PEM) that an https server has to have or be signed by, where not what Java trusts
     * @param namespace   whose functions every request is about, where not the key's
     * @param waiting     for its answers
     */
    public ThawClient(URI server, Credentials credentials, Optional<Path> ca, Optional<String> namespace, Waiting waiting) {
        this.server = server;
        this.waiting = waiting;
        this.credentials = credentials;
        this.chosen = namespace.map(name -> Map.of("x-thaw-namespace", name)).orElse(Map.of());
        // HTTP/1.1: no upgrade round to a server that is next door
        HttpClient.Builder client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_LIMIT);
        ca.map(Trust::only).ifPresent(client::sslContext);
        this.http = client.build();
    }

    /** The server that this asks. */
    public URI server() {
        return server;
    }

    /** Uploads a package; returns when the function is prepared, with the server's description of it. */
    public JsonNode deploy(String name, Path zip) {
        return deploy(name, zip, false, Optional.empty());
    }

    /**
     * Uploads a package; returns when the function is prepared, with the server's description of it.
     *
     * @param force    whether it becomes a version though the same is served already
     * @param revision what has to be served still; anything if empty
     */
    public JsonNode deploy(String name, Path zip, boolean force, Optional<String> revision) {
        String query = "?force=" + force + revision.map(id -> "&revision=" + id).orElse("");
        try {
            String hash = credentials instanceof Credentials.Signature ? SigV4.sha256(zip) : "";
            HttpRequest request = signed("PUT", "/thaw/v1/functions/" + name + query, hash)
                    .header("Content-Type", "application/zip")
                    .PUT(BodyPublishers.ofFile(zip))
                    .build();
            return json(send(request, Waiting.LONG));
        } catch (IOException e) {
            throw new Failure(Failure.FAILED, "cannot read the package " + zip + ": " + e.getMessage());
        }
    }

    /**
     * Any other request, with JSON or nothing as its body; the answer's body, which is missing where there is none.
     *
     * @param path with its query, encoded
     */
    public JsonNode call(String method, String path, Optional<JsonNode> body) {
        byte[] bytes = body.map(json -> json.toString().getBytes(StandardCharsets.UTF_8)).orElseGet(() -> new byte[0]);
        HttpRequest.Builder request = signed(method, path, SigV4.sha256(bytes));
        if (body.isPresent()) {
            request.header("Content-Type", "application/json");
        }
        HttpResponse<byte[]> response = send(request.method(method, body.isPresent() ? BodyPublishers.ofByteArray(bytes) : BodyPublishers.noBody()).build());
        return response.body().length == 0 ? JSON.missingNode() : json(response);
    }

    /** {@code {"functions": [...]}}. */
    public JsonNode functions() {
        return json(send(signed("GET", "/thaw/v1/functions").GET().build()));
    }

    /** What the server says about its health; 200 or not. */
    public JsonNode health() {
        return parse(exchange(to("/healthz").GET().build(), BodyHandlers.ofByteArray(), Waiting.SHORT).body());
    }

    public void delete(String name) {
        send(signed("DELETE", "/thaw/v1/functions/" + name).DELETE().build());
    }

    /**
     * Invokes and waits for the answer; a function's own error is an answer, not a failure.
     *
     * @param name  with a version or an alias or without
     * @param async whether to wait only until the server has the event on disk; then there is no payload
     */
    public Invoked invoke(String name, byte[] event, boolean async) {
        String path = "/2015-03-31/functions/" + URLEncoder.encode(name, StandardCharsets.UTF_8) + "/invocations";
        Map<String, String> how = async ? Map.of("x-amz-invocation-type", "Event") : Map.of("x-amz-log-type", "Tail");
        HttpRequest request = signed("POST", path, SigV4.sha256(event), how)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(event))
                .build();
        return Invoked.of(send(request, Waiting.LONG));
    }

    /** Hands over the dead letters of a function, or with an empty name of all, without their events. */
    public void deadLetters(String function, Consumer<JsonNode> to) {
        String marker = "";
        do {
            String query = "?marker=" + marker + (function.isEmpty() ? "" : "&function=" + function);
            JsonNode page = json(send(signed("GET", "/thaw/v1/dlq" + query).GET().build()));
            page.path("deadLetters").forEach(to);
            marker = page.path("marker").asText("");
        } while (!marker.isEmpty());
    }

    /** One dead letter with its event. */
    public JsonNode deadLetter(String id) {
        return json(send(signed("GET", "/thaw/v1/dlq/" + id).GET().build()));
    }

    public void redrive(String id) {
        send(signed("POST", "/thaw/v1/dlq/" + id + "/redrive").POST(BodyPublishers.noBody()).build());
    }

    public void discard(String id) {
        send(signed("DELETE", "/thaw/v1/dlq/" + id).DELETE().build());
    }

    /** Makes an API key; the answer holds its token, once. */
    public JsonNode createKey(JsonNode wanted) {
        byte[] body = wanted.toString().getBytes(StandardCharsets.UTF_8);
        return json(send(signed("POST", "/thaw/v1/keys", SigV4.sha256(body)).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body)).build()));
    }

    /** {@code {"keys": [...]}}. */
    public JsonNode keys() {
        return json(send(signed("GET", "/thaw/v1/keys").GET().build()));
    }

    public void revokeKey(String id) {
        send(signed("DELETE", "/thaw/v1/keys/" + id).DELETE().build());
    }

    /** {@code {"entries": [...]}}: the newest of the audit log after the one of this number, oldest first. */
    public JsonNode audit(long after, int limit) {
        return json(send(signed("GET", "/thaw/v1/audit?after=" + after + "&limit=" + limit).GET().build()));
    }

    /** The key that this client asks with: {@code key}, {@code role}, {@code namespace}, {@code account}. */
    public JsonNode whoAmI() {
        return json(send(signed("GET", "/thaw/v1/whoami").GET().build()));
    }

    /** GET of a function's URL, for {@code dev --once}. */
    public HttpResponse<byte[]> get(String path) {
        return exchange(to(path).GET().build(), BodyHandlers.ofByteArray(), Waiting.LONG);
    }

    /**
     * Hands over log lines as they come, until the server ends or, without {@code follow}, until there are no more.
     *
     * @param tail how many of the last lines to begin with, from 0
     */
    public void logs(String name, int tail, boolean follow, Consumer<LogLine> to) {
        HttpRequest request = signed("GET", "/thaw/v1/functions/" + name + "/logs?tail=" + tail + "&follow=" + follow).GET().build();
        HttpResponse<Stream<String>> response = exchange(request, BodyHandlers.ofLines(), Waiting.SHORT);
        try (Stream<String> lines = response.body()) {
            if (response.statusCode() != 200) {
                throw refused(response, String.join("\n", lines.toList()).getBytes(StandardCharsets.UTF_8));
            }
            lines.filter(line -> !line.isBlank()).forEach(line -> to.accept(LogLine.parse(line)));
        } catch (UncheckedIOException e) {
            throw new Failure(Failure.FAILED, "the server at " + server + " ended the log stream: " + e.getMessage());
        }
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create(server + path));
    }

    private HttpRequest.Builder signed(String method, String path) {
        return signed(method, path, SigV4.EMPTY);
    }

    private HttpRequest.Builder signed(String method, String path, String payloadHash) {
        return signed(method, path, payloadHash, Map.of());
    }

    /** @param also headers that a signature has to cover, as it has to cover all {@code x-amz-} ones; names in lower case */
    private HttpRequest.Builder signed(String method, String path, String payloadHash, Map<String, String> also) {
        HttpRequest.Builder request = to(path);
        Map<String, String> headers = new HashMap<>(chosen);
        headers.putAll(also);
        headers.forEach(request::header);
        switch (credentials) {
            case Credentials.None _ -> { }
            case Credentials.Token(String token) -> request.header("Authorization", "Bearer " + token);
            case Credentials.Signature(Signer signer) -> {
                URI uri = URI.create(server + path);
                String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
                String host = uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
                signer.headers(method, host, uri.getRawPath(), query, payloadHash, Instant.now(), headers).forEach(request::header);
            }
        }
        return request;
    }

    private HttpResponse<byte[]> send(HttpRequest request) {
        return send(request, Waiting.SHORT);
    }

    private HttpResponse<byte[]> send(HttpRequest request, Duration usual) {
        HttpResponse<byte[]> response = exchange(request, BodyHandlers.ofByteArray(), usual);
        if (response.statusCode() / 100 != 2) {
            throw refused(response, response.body());
        }
        return response;
    }

    private <T> HttpResponse<T> exchange(HttpRequest request, HttpResponse.BodyHandler<T> handler, Duration usual) {
        Duration limit = waiting.limit().orElse(usual);
        CompletableFuture<HttpResponse<T>> answer = http.sendAsync(request, handler);
        try {
            if (limit.compareTo(Waiting.PATIENCE) <= 0) {
                return answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            }
            try {
                return answer.get(Waiting.PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException _) {
                // who waits for a function is told what it is that he waits for
                if (!usual.equals(Waiting.LONG) && !told.getAndSet(true)) {
                    waiting.tell().accept("waiting for the answer of " + server + " …");
                }
            }
            return answer.get(limit.minus(Waiting.PATIENCE).toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new Failure(Failure.FAILED, "no answer of " + server + " within " + text(limit) + ", though it takes connections: it is overloaded or stuck,"
                    + " and its log may say why" + unknown(request) + "; --wait sets how long to wait, as in --wait 10m");
        } catch (ExecutionException e) {
            throw broken(request, e.getCause());
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new Failure(Failure.FAILED, "interrupted");
        }
    }

    private Failure broken(HttpRequest request, Throwable why) {
        return new Failure(Failure.FAILED, switch (why) {
            case HttpConnectTimeoutException _ -> "no connection to " + server + " within " + text(CONNECT_LIMIT)
                    + ": check the address, and whether a firewall is between";
            case ConnectException _ when !isKnown(server.getHost()) -> "the host of " + server + " is not known: check --server or THAW_SERVER";
            case ConnectException _ -> "no Thaw server answers at " + server + ": start one with `thaw server`, or name another with --server";
            case SSLException e -> "no secure connection to " + server + ": " + Reason.of(e)
                    + "\n  a certificate of your own, or of your own authority, is given with --ca FILE or THAW_CA; a server without TLS is asked by http://";
            case IOException e -> "the connection to " + server + " broke before the answer was there: " + Reason.of(e) + unknown(request)
                    + ("http".equals(server.getScheme()) ? " (a server with TLS is asked by https://)" : "");
            case Throwable other -> throw new IllegalStateException(other);
        });
    }

    /** What a request without an answer may have done. */
    private static String unknown(HttpRequest request) {
        return request.method().equals("GET") ? "" : "; whether the server did what was asked is not known";
    }

    private static String text(Duration limit) {
        return BigDecimal.valueOf(limit.toMillis(), 3).stripTrailingZeros().toPlainString() + " s";
    }

    private Failure refused(HttpResponse<?> response, byte[] body) {
        ServerError error = ServerError.of(server, response.statusCode(), response.headers(), body);
        return (error.isUnknownFunction() ? error.with(nearest(error.unknownFunction())) : error).failure();
    }

    /** What to type next when there is no such function. */
    private String nearest(String name) {
        List<String> all = new ArrayList<>();
        HttpResponse<byte[]> response = exchange(signed("GET", "/thaw/v1/functions").GET().build(), BodyHandlers.ofByteArray(),
                Waiting.SHORT);
        if (response.statusCode() == 200) {
            json(response).path("functions").forEach(function -> all.add(function.path("name").asText()));
        }
        if (all.contains(name)) {
            return "there is " + name + ", but not that version or alias of it: `thaw versions " + name + "` shows them";
        }
        return Nearest.to(name, all).map(found -> "did you mean " + found + "? ").orElse("")
                + (all.isEmpty() ? "`thaw deploy DIR` deploys a function" : "`thaw list` shows what there is");
    }

    private JsonNode json(HttpResponse<byte[]> response) {
        return parse(response.body());
    }

    private JsonNode parse(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new Failure(Failure.FAILED, "what answers at " + server + " is no Thaw server (its answer is not JSON)");
        }
    }

    private static boolean isKnown(String host) {
        try {
            InetAddress.getByName(host);
            return true;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
