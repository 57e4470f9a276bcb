package dev.thaw.controlplane.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Calls operations of a server by their names in the service model, and holds every answer against it. */
public final class LambdaCalls implements AutoCloseable {
    public static final String ROLE = "arn:aws:iam::123456789012:role/any";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String url;
    private final ServiceModel model;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public LambdaCalls(String url) throws IOException {
        this.url = url;
        this.model = new ServiceModel();
    }

    /** An answer, its body read where it is JSON. */
    public record Answer(HttpResponse<String> response, JsonNode json) {
        public int status() {
            return response.statusCode();
        }

        public String text(String field) {
            return json.path(field).asText();
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        public String error() {
            return status() + " " + header("x-amzn-ErrorType");
        }
    }

    public Answer call(String operation, Map<String, String> parameters, String body, String... headers) throws IOException, InterruptedException {
        return call(operation, parameters, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    public Answer call(String operation, Map<String, String> parameters, byte[] body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + model.path(operation, parameters))).timeout(Duration.ofSeconds(120))
                .method(model.method(operation), BodyPublishers.ofByteArray(body));
        List<String> all = new ArrayList<>(model.headers(operation, parameters));
        all.addAll(List.of(headers));
        for (int i = 0; i < all.size(); i += 2) {
            request.header(all.get(i), all.get(i + 1));
        }
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
        Answer answer = new Answer(response, json(response.body()).orElse(MissingNode.getInstance()));
        model.check(operation, response, answer.json());
        return answer;
    }

    public Answer call(String operation, Map<String, String> parameters) throws IOException, InterruptedException {
        return call(operation, parameters, "");
    }

    ServiceModel model() {
        return model;
    }

    private static Optional<JsonNode> json(String body) {
        try {
            return Optional.of(JSON.readTree(body)).filter(value -> !value.isMissingNode());
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** Creates a function of a zip. */
    public Answer create(String name, byte[] zip, String more) throws IOException, InterruptedException {
        return call("CreateFunction", Map.of(), "{\"FunctionName\":\"" + name + "\",\"Role\":\"" + ROLE + "\",\"Code\":{\"ZipFile\":\""
                + Base64.getEncoder().encodeToString(zip) + "\"}" + more + "}");
    }

    public Answer updateCode(String name, byte[] zip, String more) throws IOException, InterruptedException {
        return call("UpdateFunctionCode", Map.of("FunctionName", name),
                "{\"ZipFile\":\"" + Base64.getEncoder().encodeToString(zip) + "\"" + more + "}");
    }

    public Answer invoke(String name, String event, String... headers) throws IOException, InterruptedException {
        return call("Invoke", Map.of("FunctionName", name), event, headers);
    }

    /** Waits until nothing is being made ready for a function. */
    public Answer settled(String name) throws IOException, InterruptedException {
        while (true) {
            Answer answer = call("GetFunctionConfiguration", Map.of("FunctionName", name));
            if (answer.status() != 200 || !answer.text("State").equals("Pending") && !answer.text("LastUpdateStatus").equals("InProgress")) {
                return answer;
            }
            Thread.sleep(10);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
