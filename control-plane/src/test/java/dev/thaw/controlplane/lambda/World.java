package dev.thaw.controlplane.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.thaw.controlplane.Server;
import dev.thaw.controlplane.ServerConfig;
import dev.thaw.controlplane.lambda.LambdaCalls.Answer;
import dev.thaw.controlplane.lambda.Operations.Operation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A server with one of everything that Lambda's operations are about, and all that can be seen of it. */
public final class World implements AutoCloseable {
    /** Stands for the event source mapping's UUID, which the server chooses. */
    static final String MAPPING = "{mapping}";
    /** Stands for the number of f's first version, which is 1 unless there was another f before. */
    static final String FIRST = "{first}";
    static final String ARN = "arn:aws:lambda:us-east-1:000000000000:function:f";

    /** So many functions or triggers make it slow to look at everything. */
    private static final int MANY = 5;

    private final ServerConfig config;
    private final Path data;
    private String[] headers = {};
    private Server server;
    private LambdaCalls lambda;
    private String mapping = "";
    private String first = "";

    private World(ServerConfig config) throws Exception {
        this.config = config;
        this.data = config.dataDir();
        open();
    }

    /** Function f with the versions 1 and 2, alias live over both, tags, limits, settings of events, and a trigger. */
    public static World on(Path data) throws Exception {
        World world = new World(ServerConfig.of(data).listen("127.0.0.1", 0));
        world.furnish();
        return world;
    }

    /** A server over what one before it has left. */
    static World over(Path data) throws Exception {
        World world = new World(ServerConfig.of(data).listen("127.0.0.1", 0));
        world.settled();
        return world;
    }

    private void open() throws Exception {
        server = Server.start(config);
        lambda = new LambdaCalls(server.url());
    }

    /** What every call says from now on. */
    public void as(String... always) {
        headers = always;
    }

    /** Takes everything away, whatever has become of it, and begins anew. */
    void renew() throws Exception {
        for (JsonNode each : json("ListEventSourceMappings", Map.of()).path("EventSourceMappings")) {
            call("DeleteEventSourceMapping", Map.of("UUID", each.path("UUID").asText()), "");
        }
        for (JsonNode each : json("ListFunctions", Map.of()).path("Functions")) {
            call("DeleteFunction", Map.of("FunctionName", each.path("FunctionName").asText()), "");
        }
        furnish();
    }

    /** Whether all that the table's requests are about is there, and nothing that changes by itself. */
    boolean isWhole() throws Exception {
        for (String operation : List.of("GetAlias", "GetFunctionEventInvokeConfig", "GetEventSourceMapping")) {
            if (call(Operations.of(operation)).status() != 200) {
                return false;
            }
        }
        JsonNode mappings = json("ListEventSourceMappings", Map.of()).path("EventSourceMappings");
        for (JsonNode each : mappings) {
            if (!each.path("State").asText().equals("Disabled")) {
                return false;
            }
        }
        return mappings.size() < MANY && json("ListFunctions", Map.of()).path("Functions").size() < MANY;
    }

    private void furnish() throws Exception {
        Map<String, String> f = Map.of("FunctionName", Operations.FUNCTION);
        first = done(lambda.create(Operations.FUNCTION, Operations.zip("a"), ",\"Publish\":true,\"Tags\":{\"team\":\"blue\"}")).text("Version");
        settled();
        done(call("UpdateFunctionConfiguration", f, "{\"Description\":\"second\",\"Timeout\":7}"));
        settled();
        String second = done(call("PublishVersion", f, "{}")).text("Version");
        done(call("CreateAlias", f, "{\"Name\":\"live\",\"FunctionVersion\":\"{first}\",\"RoutingConfig\":{\"AdditionalVersionWeights\":{\"" + second + "\":0.25}}}"));
        done(call("PutFunctionConcurrency", f, "{\"ReservedConcurrentExecutions\":7}"));
        done(call("PutFunctionEventInvokeConfig", f, "{\"MaximumRetryAttempts\":1}"));
        mapping = done(call("CreateEventSourceMapping", Map.of(), Operations.of("CreateEventSourceMapping").body().replace("fresh", "orders"))).text("UUID");
        settled();
    }

    static Answer done(Answer answer) {
        assertEquals(2, answer.status() / 100, answer.response().body());
        return answer;
    }

    LambdaCalls lambda() {
        return lambda;
    }

    ServiceModel model() {
        return lambda.model();
    }

    String url() {
        return server.url();
    }

    public int port() {
        return server.port();
    }

    Path data() {
        return data;
    }

    /** A text of the table with what stands here for what it stands for there. */
    String real(String text) {
        return text.replace(MAPPING, mapping).replace(FIRST, first);
    }

    Answer call(String operation, Map<String, String> parameters, String body) throws IOException, InterruptedException {
        return call(operation, parameters, real(body).getBytes(StandardCharsets.UTF_8));
    }

    Answer call(String operation, Map<String, String> parameters, byte[] body, String... more) throws IOException, InterruptedException {
        Map<String, String> real = new HashMap<>(parameters);
        real.replaceAll((_, value) -> real(value));
        List<String> all = new ArrayList<>(List.of(headers));
        all.addAll(List.of(more));
        return lambda.call(operation, real, body, all.toArray(String[]::new));
    }

    /** An operation's own request with another body. */
    Answer call(Operation operation, String body) throws IOException, InterruptedException {
        return call(operation.name(), operation.parameters(), body);
    }

    Answer call(Operation operation) throws IOException, InterruptedException {
        return call(operation, operation.body());
    }

    /** Waits until nothing is being made ready. */
    void settled() throws Exception {
        for (JsonNode each : json("ListFunctions", Map.of("FunctionVersion", "ALL")).path("Functions")) {
            Map<String, String> which = each.path("Version").asText().equals("$LATEST") ? Map.of("FunctionName", each.path("FunctionName").asText())
                    : Map.of("FunctionName", each.path("FunctionName").asText(), "Qualifier", each.path("Version").asText());
            JsonNode now = each;
            while (now.path("State").asText().equals("Pending") || now.path("LastUpdateStatus").asText().equals("InProgress")) {
                Thread.sleep(5);
                now = json("GetFunctionConfiguration", which);
            }
        }
    }

    private JsonNode json(String operation, Map<String, String> parameters) throws Exception {
        return call(operation, parameters, "").json();
    }

    /** All that can be seen, and how many uploads lie on the disk. */
    public String state() throws Exception {
        StringBuilder all = new StringBuilder();
        JsonNode functions = json("ListFunctions", Map.of("FunctionVersion", "ALL"));
        all.append(functions).append('\n').append(json("ListEventSourceMappings", Map.of())).append('\n').append(json("GetAccountSettings", Map.of()));
        for (JsonNode each : functions.path("Functions")) {
            if (!each.path("Version").asText().equals("$LATEST")) {
                continue;
            }
            Map<String, String> name = Map.of("FunctionName", each.path("FunctionName").asText());
            for (String operation : List.of("GetFunction", "ListVersionsByFunction", "ListAliases", "GetFunctionConcurrency", "ListFunctionEventInvokeConfigs")) {
                all.append('\n').append(json(operation, name));
            }
        }
        return all.append('\n').append(uploads()).append(" uploads").toString();
    }

    /** Those that are left: some go with the answer, or with the connection, which is a moment after the client has it. */
    private long uploads() throws Exception {
        long end = System.nanoTime() + 60_000_000_000L;
        while (files("tmp") > 0 && System.nanoTime() < end) {
            Thread.sleep(5);
        }
        return files("tmp");
    }

    /** How many packages lie on the disk; those of what was deleted go a moment later. */
    public long packages() throws IOException {
        return files("packages");
    }

    private long files(String folder) throws IOException {
        try (Stream<Path> files = Files.list(data.resolve(folder))) {
            return files.count();
        }
    }

    /** Closes the server and starts it anew over the same data. */
    void restart() throws Exception {
        lambda.close();
        server.close();
        open();
        settled();
    }

    @Override
    public void close() {
        lambda.close();
        server.close();
    }
}
