package dev.thaw.controlplane.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.http.Json;
import dev.thaw.controlplane.packages.Zips;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Every operation of Lambda's that Thaw has, each with a request that is taken: the table that all that is hostile is made from. */
public final class Operations {
    /** The least that is a program: it exports its memory and a start that returns. */
    private static final int[] MODULE = {0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 5, 3, 1, 0, 1,
        7, 19, 2, 6, 'm', 'e', 'm', 'o', 'r', 'y', 2, 0, 6, '_', 's', 't', 'a', 'r', 't', 0, 0, 10, 4, 1, 2, 0, 11};
    /** A package of it, as requests carry it. */
    static final String ZIP = Base64.getEncoder().encodeToString(zip("a"));

    static final String FUNCTION = "f";
    static final String ALIAS = "live";
    private static final Map<String, String> OF_FUNCTION = Map.of("FunctionName", FUNCTION);
    private static final Map<String, String> OF_ALIAS = Map.of("FunctionName", FUNCTION, "Name", ALIAS);
    private static final Map<String, String> OF_MAPPING = Map.of("UUID", World.MAPPING);
    private static final Map<String, String> OF_ARN = Map.of("Resource", World.ARN);
    private static final Map<String, String> NONE = Map.of();
    private static final String MAPPING = """
            {"FunctionName":"f","Topics":["fresh"],"SelfManagedEventSource":{"Endpoints":{"KAFKA_BOOTSTRAP_SERVERS":["127.0.0.1:1"]}},
             "StartingPosition":"TRIM_HORIZON","Enabled":false}""";

    /**
     * An operation and a request of it that is taken in a {@link World}.
     *
     * @param parameters by their names in the model: of the path, the query and the headers
     * @param body       JSON; empty where the operation takes none
     */
    public record Operation(String name, Map<String, String> parameters, String body) {
        ObjectNode fields() {
            try {
                return body.isEmpty() ? Json.object() : (ObjectNode) Json.parse(body.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        boolean hasBody() {
            return !body.isEmpty();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** In an order in which each is taken after those before it. */
    public static final List<Operation> ALL = List.of(
            new Operation("CreateFunction", NONE, "{\"FunctionName\":\"fresh\",\"Role\":\"" + LambdaCalls.ROLE + "\",\"Code\":{\"ZipFile\":\"" + ZIP + "\"}}"),
            new Operation("ListFunctions", NONE, ""),
            new Operation("GetFunction", OF_FUNCTION, ""),
            new Operation("GetFunctionConfiguration", OF_FUNCTION, ""),
            new Operation("UpdateFunctionCode", OF_FUNCTION, "{\"ZipFile\":\"" + Base64.getEncoder().encodeToString(zip("b")) + "\"}"),
            new Operation("UpdateFunctionConfiguration", OF_FUNCTION, "{\"Timeout\":9}"),
            new Operation("PublishVersion", OF_FUNCTION, "{\"Description\":\"published\"}"),
            new Operation("ListVersionsByFunction", OF_FUNCTION, ""),
            new Operation("CreateAlias", OF_FUNCTION, "{\"Name\":\"fresh\",\"FunctionVersion\":\"{first}\"}"),
            new Operation("ListAliases", OF_FUNCTION, ""),
            new Operation("GetAlias", OF_ALIAS, ""),
            new Operation("UpdateAlias", OF_ALIAS, "{\"Description\":\"changed\"}"),
            new Operation("PutFunctionConcurrency", OF_FUNCTION, "{\"ReservedConcurrentExecutions\":3}"),
            new Operation("GetFunctionConcurrency", OF_FUNCTION, ""),
            new Operation("TagResource", OF_ARN, "{\"Tags\":{\"fresh\":\"x\"}}"),
            new Operation("ListTags", OF_ARN, ""),
            new Operation("GetAccountSettings", NONE, ""),
            new Operation("PutFunctionEventInvokeConfig", OF_FUNCTION, "{\"MaximumRetryAttempts\":2}"),
            new Operation("UpdateFunctionEventInvokeConfig", OF_FUNCTION, "{\"MaximumEventAgeInSeconds\":100}"),
            new Operation("GetFunctionEventInvokeConfig", OF_FUNCTION, ""),
            new Operation("ListFunctionEventInvokeConfigs", OF_FUNCTION, ""),
            new Operation("CreateEventSourceMapping", NONE, MAPPING),
            new Operation("ListEventSourceMappings", NONE, ""),
            new Operation("GetEventSourceMapping", OF_MAPPING, ""),
            new Operation("UpdateEventSourceMapping", OF_MAPPING, "{\"BatchSize\":11}"),
            new Operation("Invoke", Map.of("FunctionName", FUNCTION, "InvocationType", "DryRun"), "{}"),
            new Operation("DeleteEventSourceMapping", OF_MAPPING, ""),
            new Operation("DeleteFunctionEventInvokeConfig", OF_FUNCTION, ""),
            new Operation("UntagResource", Map.of("Resource", World.ARN, "TagKeys", "team"), ""),
            new Operation("DeleteFunctionConcurrency", OF_FUNCTION, ""),
            new Operation("DeleteAlias", OF_ALIAS, ""),
            new Operation("DeleteFunction", OF_FUNCTION, ""));

    private Operations() {}

    static Operation of(String name) {
        return ALL.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    }

    /** Those that change something, by way of a body. */
    static Stream<Operation> withBodies() {
        return ALL.stream().filter(each -> each.hasBody() && !each.name().equals("Invoke"));
    }

    /** @param content makes one package another */
    public static byte[] zip(String content) {
        byte[] module = new byte[MODULE.length];
        for (int i = 0; i < module.length; i++) {
            module[i] = (byte) MODULE[i];
        }
        return new Zips().file("function.yaml", "name: f\nruntime: wasi\nhandler: m.wasm\nmemory: 16\n").entry("m.wasm", 0100644, 0, module)
                .file("content", content).bytes();
    }
}
