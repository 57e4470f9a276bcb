package dev.thaw.controlplane.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.Server;
import dev.thaw.controlplane.ServerConfig;
import dev.thaw.controlplane.functions.Seeds;
import dev.thaw.controlplane.http.Json;
import dev.thaw.controlplane.lambda.LambdaCalls.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Event source mappings over HTTP, without a broker; every answer is held against AWS's service model on its way. */
@Timeout(120)
class EventSourcesTest {
    private static final String BAD_PARAMETER = "400 InvalidParameterValueException";
    private static final String CONFLICT = "409 ResourceConflictException";
    private static final String UNKNOWN = "404 ResourceNotFoundException";
    /** Nothing listens there. */
    private static final String SERVER = "127.0.0.1:1";

    @TempDir
    private Path data;
    private Server server;
    private LambdaCalls lambda;

    @BeforeEach
    void start() throws Exception {
        Seeds.function(data, "f", "ab".repeat(32));
        open();
        lambda.settled("f");
    }

    private void open() throws Exception {
        server = Server.start(ServerConfig.of(data).listen("127.0.0.1", 0));
        lambda = new LambdaCalls(server.url());
    }

    @AfterEach
    void stop() {
        lambda.close();
        server.close();
    }

    private static String body(String topic, String more) {
        return "{\"FunctionName\":\"f\",\"Topics\":[\"" + topic + "\"],\"SelfManagedEventSource\":{\"Endpoints\":{\"KAFKA_BOOTSTRAP_SERVERS\":[\"" + SERVER
                + "\"]}},\"StartingPosition\":\"TRIM_HORIZON\",\"Enabled\":false" + more + "}";
    }

    private Answer create(String topic, String more) throws Exception {
        return lambda.call("CreateEventSourceMapping", Map.of(), body(topic, more));
    }

    private Answer call(String operation, String id, String body) throws Exception {
        return lambda.call(operation, Map.of("UUID", id), body);
    }

    private JsonNode list(String... query) throws Exception {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < query.length; i += 2) {
            all.put(query[i], query[i + 1]);
        }
        return lambda.call("ListEventSourceMappings", all).json();
    }

    private void refused(String expected, String inMessage, Answer answer) {
        assertEquals(expected, answer.error(), answer.response().body());
        assertTrue(answer.text("message").contains(inMessage), answer.text("message"));
    }

    private void secret(String name, String content) throws Exception {
        Path file = data.resolve("secrets").resolve(name);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, content);
    }

    @Test
    void aMappingHasLambdasDefaultsAndIsThereAfterAStart() throws Exception {
        Answer created = create("orders", "");
        assertEquals(202, created.status(), created.response().body());
        String id = created.text("UUID");
        assertEquals("Creating", created.text("State"));
        Answer got = call("GetEventSourceMapping", id, "");
        assertEquals("Disabled", got.text("State"));
        assertEquals("arn:aws:lambda:us-east-1:000000000000:function:f", got.text("FunctionArn"));
        assertEquals("100 10 -1", got.text("BatchSize") + " " + got.text("MaximumRetryAttempts") + " " + got.text("MaximumRecordAgeInSeconds"));
        assertFalse(got.json().has("MaximumBatchingWindowInSeconds"), "half a second has no whole number");
        assertEquals(id, got.json().at("/SelfManagedKafkaEventSourceConfig/ConsumerGroupId").asText());
        lambda.close();
        server.close();
        open();
        assertEquals(got.json(), call("GetEventSourceMapping", id, "").json());
        assertEquals("Deleting", call("DeleteEventSourceMapping", id, "").text("State"));
        assertEquals(UNKNOWN, call("GetEventSourceMapping", id, "").error());
        assertEquals(UNKNOWN, call("DeleteEventSourceMapping", id, "").error());
        assertEquals(UNKNOWN, call("UpdateEventSourceMapping", id, "{}").error());
        for (String none : List.of("nonsense", "a".repeat(36), id + "0", id.replace('-', '_'))) {
            assertEquals(BAD_PARAMETER, call("GetEventSourceMapping", none, "").error(), none);
        }
        assertEquals(UNKNOWN, call("GetEventSourceMapping", id.toUpperCase(Locale.ROOT), "").error());
        assertEquals(0, list().path("EventSourceMappings").size());
    }

    @Test
    void everythingThatIsSaidIsKeptAndChanged() throws Exception {
        secret("kafka", "{\"username\":\"u\",\"password\":\"p\"}");
        secret("ca", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
        String pattern = "{\\\"value\\\":{\\\"a\\\":[1]}}";
        Answer made = create("orders", ",\"BatchSize\":10000,\"MaximumBatchingWindowInSeconds\":0,\"MaximumRetryAttempts\":0,\"MaximumRecordAgeInSeconds\":60,"
                + "\"BisectBatchOnFunctionError\":true,\"FunctionResponseTypes\":[\"ReportBatchItemFailures\"],"
                + "\"DestinationConfig\":{\"OnFailure\":{\"Destination\":\"kafka://failed.orders\"}},\"FilterCriteria\":{\"Filters\":[{\"Pattern\":\"" + pattern + "\"}]},"
                + "\"SelfManagedKafkaEventSourceConfig\":{\"ConsumerGroupId\":\"group-1\"},\"SourceAccessConfigurations\":[{\"Type\":\"SASL_SCRAM_512_AUTH\","
                + "\"URI\":\"secret:kafka\"},{\"Type\":\"SERVER_ROOT_CA_CERTIFICATE\",\"URI\":\"secret:ca\"}],\"Tags\":{\"thaw:format\":\"cloudevents\",\"team\":\"blue\"}");
        assertEquals(202, made.status(), made.response().body());
        String id = made.text("UUID");
        JsonNode got = call("GetEventSourceMapping", id, "").json();
        for (String field : List.of("BatchSize", "MaximumBatchingWindowInSeconds", "MaximumRetryAttempts", "MaximumRecordAgeInSeconds",
                "BisectBatchOnFunctionError", "FunctionResponseTypes", "DestinationConfig", "FilterCriteria", "SelfManagedKafkaEventSourceConfig",
                "SourceAccessConfigurations")) {
            assertEquals(made.json().path(field), got.path(field));
        }
        assertEquals("{\"value\":{\"a\":[1]}}", got.at("/FilterCriteria/Filters/0/Pattern").asText());
        assertEquals("SASL_SCRAM_512_AUTH secret:kafka", got.at("/SourceAccessConfigurations/0/Type").asText() + " "
                + got.at("/SourceAccessConfigurations/0/URI").asText());
        Answer changed = call("UpdateEventSourceMapping", id, "{\"Enabled\":true,\"BatchSize\":7}");
        assertEquals("202 Updating", changed.status() + " " + changed.text("State"), changed.response().body());
        call("UpdateEventSourceMapping", id, "{\"Enabled\":false,\"DestinationConfig\":{\"OnFailure\":{}},\"FilterCriteria\":{\"Filters\":[]},"
                + "\"FunctionResponseTypes\":[],\"SourceAccessConfigurations\":[]}");
        JsonNode after = call("GetEventSourceMapping", id, "").json();
        assertEquals(7, after.path("BatchSize").asInt());
        assertEquals(60, after.path("MaximumRecordAgeInSeconds").asInt());
        assertFalse(after.has("DestinationConfig") || after.has("FilterCriteria"), after.toString());
        assertEquals(0, after.path("FunctionResponseTypes").size() + after.path("SourceAccessConfigurations").size());
        Map<String, String> resource = Map.of("Resource", after.path("EventSourceMappingArn").asText());
        assertEquals("{\"team\":\"blue\",\"thaw:format\":\"cloudevents\"}", lambda.call("ListTags", resource).json().path("Tags").toString());
        assertEquals(204, lambda.call("TagResource", resource, "{\"Tags\":{\"thaw:format\":\"lambda\",\"thaw:tls\":\"on\"}}").status());
        assertEquals(BAD_PARAMETER, lambda.call("TagResource", resource, "{\"Tags\":{\"thaw:format\":\"xml\"}}").error());
        assertEquals(BAD_PARAMETER, lambda.call("TagResource", resource, "{\"Tags\":{\"thaw:other\":\"on\"}}").error());
        assertEquals(204, lambda.call("UntagResource", Map.of("Resource", resource.get("Resource"), "TagKeys", "thaw:tls")).status());
        assertEquals("{\"team\":\"blue\",\"thaw:format\":\"lambda\"}", lambda.call("ListTags", resource).json().path("Tags").toString());
        String arn = resource.get("Resource");
        assertEquals(BAD_PARAMETER, lambda.call("ListTags", Map.of("Resource", arn.replaceAll(".$", "!"))).error());
        assertEquals(BAD_PARAMETER, lambda.call("ListTags", Map.of("Resource", arn.replace("lambda", "kafka"))).error());
        assertEquals(UNKNOWN, lambda.call("ListTags", Map.of("Resource", arn.replace("000000000000", "123456789012"))).error());
    }

    @Test
    void listsByFunctionAndInPages() throws Exception {
        for (int i = 0; i < 5; i++) {
            create("t" + i, "");
        }
        List<String> topics = new ArrayList<>();
        String marker = "";
        do {
            JsonNode page = list("MaxItems", "2", "Marker", marker, "FunctionName", "f");
            page.path("EventSourceMappings").forEach(each -> topics.add(each.at("/Topics/0").asText()));
            marker = page.path("NextMarker").asText("");
        } while (!marker.isEmpty());
        assertEquals(List.of("t0", "t1", "t2", "t3", "t4"), topics.stream().sorted().toList());
        assertEquals(0, list("FunctionName", "other").path("EventSourceMappings").size());
        assertEquals(5, list("FunctionName", "f:$LATEST").path("EventSourceMappings").size());
        assertEquals(0, list("FunctionName", "f:1").path("EventSourceMappings").size());
        assertEquals(0, list("EventSourceArn", "arn:aws:sqs:us-east-1:000000000000:q").path("EventSourceMappings").size());
        assertEquals(BAD_PARAMETER, lambda.call("ListEventSourceMappings", Map.of("FunctionName", "a b")).error());
        assertEquals(BAD_PARAMETER, lambda.call("ListEventSourceMappings", Map.of("EventSourceArn", "x")).error());
    }

    @Test
    void oneConsumerGroupIsOneMappings() throws Exception {
        String id = create("orders", "").text("UUID");
        refused(CONFLICT, id, create("orders", ""));
        assertEquals(202, create("orders", ",\"SelfManagedKafkaEventSourceConfig\":{\"ConsumerGroupId\":\"again\"}").status());
        refused(CONFLICT, "again", create("others", ",\"SelfManagedKafkaEventSourceConfig\":{\"ConsumerGroupId\":\"again\"}"));
        assertEquals(202, create("others", "").status());
        call("DeleteEventSourceMapping", id, "");
        assertEquals(3, 1 + list().path("EventSourceMappings").size());
    }

    @Test
    void ofManyConcurrentCreationsOneWinsAndNoUpdateIsLost() throws Exception {
        List<Callable<Answer>> creations = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            creations.add(() -> create("orders", ""));
        }
        List<Answer> answers = all(creations);
        assertEquals(1, answers.stream().filter(each -> each.status() == 202).count());
        assertEquals(7, answers.stream().filter(each -> each.error().equals(CONFLICT)).count());
        String id = list().at("/EventSourceMappings/0/UUID").asText();
        List<String> changes = List.of("\"BatchSize\":9", "\"MaximumRetryAttempts\":3", "\"MaximumRecordAgeInSeconds\":99", "\"BisectBatchOnFunctionError\":true",
                "\"MaximumBatchingWindowInSeconds\":4", "\"FunctionResponseTypes\":[\"ReportBatchItemFailures\"]");
        List<Callable<Answer>> updates = new ArrayList<>();
        changes.forEach(change -> updates.add(() -> call("UpdateEventSourceMapping", id, "{" + change + "}")));
        assertTrue(all(updates).stream().allMatch(each -> each.status() == 202));
        JsonNode got = call("GetEventSourceMapping", id, "").json();
        assertEquals("9 3 99 true 4 1", got.path("BatchSize") + " " + got.path("MaximumRetryAttempts") + " " + got.path("MaximumRecordAgeInSeconds") + " "
                + got.path("BisectBatchOnFunctionError") + " " + got.path("MaximumBatchingWindowInSeconds") + " " + got.path("FunctionResponseTypes").size());
    }

    private static List<Answer> all(List<Callable<Answer>> calls) throws Exception {
        List<Answer> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(calls.size())) {
            for (Future<Answer> each : threads.invokeAll(calls)) {
                answers.add(each.get());
            }
        }
        return answers;
    }

    @Test
    void aMappingOutlivesItsFunction() throws Exception {
        String id = create("orders", "").text("UUID");
        assertEquals(204, lambda.call("DeleteFunction", Map.of("FunctionName", "f")).status());
        assertEquals("f", call("GetEventSourceMapping", id, "").text("FunctionArn").replaceAll(".*:", ""));
        assertEquals(UNKNOWN, create("others", "").error());
    }

    @Test
    void whatIsNoGoodIsRefusedByItsNameAndLeavesNothing() throws Exception {
        String id = create("kept", "").text("UUID");
        String before = list().toString();
        Map<String, String> unsupported = new HashMap<>(Map.of("EventSourceArn", "\"arn:aws:sqs:us-east-1:000000000000:q\"", "KMSKeyArn", "\"arn:aws:kms:x\"",
                "ScalingConfig", "{\"MaximumConcurrency\":2}", "TumblingWindowInSeconds", "1", "ParallelizationFactor", "2", "Queues", "[\"q\"]",
                "AmazonManagedKafkaEventSourceConfig", "{\"ConsumerGroupId\":\"x\"}", "DocumentDBEventSourceConfig", "{\"DatabaseName\":\"x\"}",
                "ProvisionedPollerConfig", "{\"MinimumPollers\":1}", "MetricsConfig", "{\"Metrics\":[\"EventCount\"]}"));
        unsupported.put("LoggingConfig", "{\"SystemLogLevel\":\"INFO\"}");
        unsupported.put("NoSuchField", "1");
        for (var each : unsupported.entrySet()) {
            refused(BAD_PARAMETER, each.getKey(), create("t", ",\"" + each.getKey() + "\":" + each.getValue()));
            refused(BAD_PARAMETER, each.getKey(), call("UpdateEventSourceMapping", id, "{\"" + each.getKey() + "\":" + each.getValue() + "}"));
        }
        refused(BAD_PARAMETER, "SelfManagedKafkaEventSourceConfig.SchemaRegistryConfig", create("t",
                ",\"SelfManagedKafkaEventSourceConfig\":{\"SchemaRegistryConfig\":{\"SchemaRegistryURI\":\"x\"}}"));
        refused(BAD_PARAMETER, "DestinationConfig.OnSuccess", create("t", ",\"DestinationConfig\":{\"OnSuccess\":{\"Destination\":\"kafka://x\"}}"));
        for (String fixed : List.of("\"Topics\":[\"x\"]", "\"StartingPosition\":\"LATEST\"", "\"Tags\":{\"a\":\"b\"}", "\"SelfManagedKafkaEventSourceConfig\":{}")) {
            assertEquals(BAD_PARAMETER, call("UpdateEventSourceMapping", id, "{" + fixed + "}").error(), fixed);
        }
        for (String wrong : List.of("\"BatchSize\":0", "\"BatchSize\":10001", "\"MaximumBatchingWindowInSeconds\":301", "\"MaximumRetryAttempts\":-2",
                "\"MaximumRecordAgeInSeconds\":59", "\"MaximumRecordAgeInSeconds\":604801", "\"DestinationConfig\":{\"OnFailure\":{\"Destination\":\"arn:aws:sqs:x\"}}",
                "\"DestinationConfig\":{\"OnFailure\":{\"Destination\":\"kafka://kept\"}}", "\"DestinationConfig\":{\"OnFailure\":{\"Destination\":\"kafka://.x\"}}",
                "\"FunctionResponseTypes\":[\"Other\"]", "\"FilterCriteria\":{\"Filters\":[{\"Pattern\":\"{}\"}]}", "\"FilterCriteria\":{\"Filters\":[{}]}",
                "\"FilterCriteria\":{\"Filters\":[" + "{\"Pattern\":\"{\\\"key\\\":[1]}\"},".repeat(10) + "{\"Pattern\":\"{\\\"key\\\":[1]}\"}]}",
                "\"SourceAccessConfigurations\":[{\"Type\":\"VPC_SUBNET\",\"URI\":\"subnet:x\"}]", "\"SourceAccessConfigurations\":[{\"Type\":\"BASIC_AUTH\"}]",
                "\"SourceAccessConfigurations\":[{\"Type\":\"BASIC_AUTH\",\"URI\":\"arn:aws:secretsmanager:us-east-1:000000000000:secret:x\"}]",
                "\"SourceAccessConfigurations\":[{\"Type\":\"BASIC_AUTH\",\"URI\":\"secret:../registry.db\"}]",
                "\"SourceAccessConfigurations\":[{\"Type\":\"BASIC_AUTH\",\"URI\":\"secret:a\"},{\"Type\":\"SASL_SCRAM_256_AUTH\",\"URI\":\"secret:a\"}]")) {
            String field = wrong.substring(1, wrong.indexOf('"', 1));
            refused(BAD_PARAMETER, field, call("UpdateEventSourceMapping", id, "{" + wrong + "}"));
            refused(BAD_PARAMETER, field, create("kept", ",\"SelfManagedKafkaEventSourceConfig\":{\"ConsumerGroupId\":\"g\"}," + wrong));
        }
        refused(BAD_PARAMETER, "StartingPositionTimestamp", create("t", ",\"StartingPositionTimestamp\":5"));
        refused(BAD_PARAMETER, "StartingPositionTimestamp", lambda.call("CreateEventSourceMapping", Map.of(), body("t", "").replace("TRIM_HORIZON", "AT_TIMESTAMP")));
        refused(BAD_PARAMETER, "Topics", lambda.call("CreateEventSourceMapping", Map.of(), body("t", "").replace("[\"t\"]", "[\"t\",\"u\"]")));
        refused(BAD_PARAMETER, "KAFKA_BOOTSTRAP_SERVERS", lambda.call("CreateEventSourceMapping", Map.of(), body("t", "").replace(SERVER, "host")));
        refused(BAD_PARAMETER, "KAFKA_BOOTSTRAP_SERVERS", lambda.call("CreateEventSourceMapping", Map.of(), body("t", "").replace(SERVER, "host:99999")));
        refused(BAD_PARAMETER, "thaw:tls", create("t", ",\"Tags\":{\"thaw:tls\":\"maybe\"}"));
        for (String missing : List.of("FunctionName", "Topics", "SelfManagedEventSource", "StartingPosition")) {
            ObjectNode without = (ObjectNode) Json.parse(body("t", "").getBytes(StandardCharsets.UTF_8));
            without.remove(missing);
            refused(BAD_PARAMETER, missing + " is missing", lambda.call("CreateEventSourceMapping", Map.of(), without.toString()));
        }
        for (String body : List.of("{", "[]", "nothing", "{}{}", "\"text\"", "{\"a\":".repeat(3_000))) {
            assertEquals("400 InvalidRequestContentException", lambda.call("CreateEventSourceMapping", Map.of(), body).error(), body);
            assertEquals("400 InvalidRequestContentException", call("UpdateEventSourceMapping", id, body).error(), body);
        }
        assertEquals("413 RequestTooLargeException", create("t", ",\"x\":\"" + "x".repeat(200_000) + "\"").error());
        for (String type : List.of("\"BatchSize\":\"5\"", "\"Enabled\":1", "\"FilterCriteria\":{\"Filters\":{}}", "\"FilterCriteria\":{\"Filters\":[1]}",
                "\"SourceAccessConfigurations\":\"x\"", "\"FunctionResponseTypes\":[1]", "\"DestinationConfig\":[]")) {
            assertEquals("400 SerializationException", call("UpdateEventSourceMapping", id, "{" + type + "}").error(), type);
        }
        assertEquals(UNKNOWN, lambda.call("CreateEventSourceMapping", Map.of(), body("t", "").replace("\"f\"", "\"nobody\"")).error());
        assertEquals(UNKNOWN, call("UpdateEventSourceMapping", id, "{\"FunctionName\":\"nobody\"}").error());
        assertEquals(before, list().toString());
    }

    @Test
    void aSecretThatCannotBeReadIsRefusedWithoutAWordOfIt() throws Exception {
        String login = ",\"SourceAccessConfigurations\":[{\"Type\":\"BASIC_AUTH\",\"URI\":\"secret:kafka\"}]";
        refused(BAD_PARAMETER, "the secret 'kafka' is not there: put it on the server as " + data.resolve("secrets/kafka"), create("t", login));
        secret("kafka", "{\"username\":\"u\",\"passphrase\":\"hush-hush\"}");
        Answer answer = create("t", login);
        refused(BAD_PARAMETER, "has no text \"password\"", answer);
        assertFalse(answer.response().body().contains("hush"));
        Files.writeString(data.resolve("secrets/kafka"), "username=hush-hush");
        refused(BAD_PARAMETER, "is no JSON object", create("t", login));
        Files.writeString(data.resolve("secrets/kafka"), "{\"username\":\"u\",\"password\":\"hush-hush\"}");
        Files.setPosixFilePermissions(data.resolve("secrets/kafka"), PosixFilePermissions.fromString("rw-r--r--"));
        refused(BAD_PARAMETER, "chmod 600", create("t", login));
        Files.setPosixFilePermissions(data.resolve("secrets/kafka"), PosixFilePermissions.fromString("rw-------"));
        Files.createSymbolicLink(data.resolve("secrets/link"), Path.of("kafka"));
        refused(BAD_PARAMETER, "plain file", create("t", login.replace("secret:kafka", "secret:link")));
        secret("pem", "nothing");
        refused(BAD_PARAMETER, "no PEM certificate", create("t", login.replace("BASIC_AUTH", "SERVER_ROOT_CA_CERTIFICATE").replace("secret:kafka", "secret:pem")));
        Answer made = create("orders", login);
        assertEquals(202, made.status(), made.response().body());
        assertFalse(made.response().body().contains("hush"));
    }
}
