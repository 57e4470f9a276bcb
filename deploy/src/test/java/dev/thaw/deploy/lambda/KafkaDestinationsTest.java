package dev.thaw.deploy.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.thaw.harness.BrokerListener;
import dev.thaw.harness.LocalBroker;
import dev.thaw.deploy.Kvm;
import dev.thaw.deploy.ServerProcess;
import dev.thaw.deploy.Typed;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kafka topics that are told what became of asynchronous invocations; server and broker are processes of their own, and are killed. */
@Timeout(600)
class KafkaDestinationsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int EVENTS = 20;

    @TempDir
    private Path folder;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private HttpResponse<String> send(ServerProcess server, String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path)).method(method, BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private String event(ServerProcess server, String name, String event) throws Exception {
        HttpResponse<String> response = send(server, "POST", "/2015-03-31/functions/" + name + "/invocations", event, "X-Amz-Invocation-Type", "Event");
        assertEquals(202, response.statusCode(), response.body());
        return response.headers().firstValue("x-amzn-RequestId").orElseThrow();
    }

    private void deploy(ServerProcess server, String name, String command) throws IOException {
        Path home = Files.createDirectories(folder.resolve(name));
        Files.writeString(home.resolve("function.yaml"), "name: " + name + "\nruntime: stdio\ncommand: " + command + "\nmemory: 16\n");
        Typed typed = Typed.with(new byte[0], Map.of("THAW_SERVER", server.url()), "deploy", home.toString());
        assertEquals(0, typed.status(), typed.err());
    }

    private HttpResponse<String> configure(ServerProcess server, String name, String destinations) throws Exception {
        return send(server, "PUT", "/2019-09-25/functions/" + name + "/event-invoke-config",
                "{\"MaximumRetryAttempts\": 0, \"DestinationConfig\": " + destinations + "}");
    }

    /** What a topic of one partition holds, by its key, once it holds what these keys name. */
    private static Map<String, JsonNode> told(LocalBroker broker, String topic, Set<String> keys) throws IOException {
        Map<String, JsonNode> told = new HashMap<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(broker.client(), new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> all = List.of(new TopicPartition(topic, 0));
            consumer.assign(all);
            consumer.seekToBeginning(all);
            while (!told.keySet().containsAll(keys)) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    told.put(record.key(), JSON.readTree(record.value()));
                }
            }
        }
        return told;
    }

    @Test
    void tellsATopicOfEveryEventWhateverIsKilled() throws Exception {
        Kvm.needed();
        try (LocalBroker broker = LocalBroker.start(folder.resolve("broker"))) {
            broker.topic("failures", 1);
            broker.topic("successes", 1);
            String[] options = {"--retry-after", "200ms", "--kafka", broker.bootstrap()};
            Set<String> failing = new HashSet<>();
            ServerProcess first = ServerProcess.start(folder.resolve("data"), options);
            deploy(first, "fails", "[sh, -c, 'read event; exit 3']");
            deploy(first, "works", "[cat]");
            assertEquals(200, configure(first, "fails", "{\"OnFailure\": {\"Destination\": \"kafka://failures\"}}").statusCode());
            assertEquals(200, configure(first, "works", "{\"OnSuccess\": {\"Destination\": \"kafka://successes\"}}").statusCode());
            broker.kill();
            String success = event(first, "works", "{\"n\": 1}");
            for (int i = 0; i < EVENTS; i++) {
                failing.add(event(first, "fails", "{\"n\": " + i + "}"));
            }
            first.kill();
            try (ServerProcess _ = ServerProcess.start(folder.resolve("data"), options)) {
                broker.restart();
                Map<String, JsonNode> failures = told(broker, "failures", failing);
                assertEquals(failing, failures.keySet());
                for (JsonNode failure : failures.values()) {
                    assertEquals("RetriesExhausted", failure.path("requestContext").path("condition").asText());
                    assertTrue(failure.path("requestPayload").has("n"), failure.toString());
                }
                assertEquals("Success", told(broker, "successes", Set.of(success)).get(success).path("requestContext").path("condition").asText());
            }
        }
    }

    @Test
    void comesInWithPasswordAndCertificate() throws Exception {
        Kvm.needed();
        try (LocalBroker broker = LocalBroker.startSecured(folder.resolve("broker"), "alice", "wonderland")) {
            broker.topic("failures", 1);
            Path access = Files.createFile(folder.resolve("access"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try (Writer out = Files.newBufferedWriter(access)) {
                broker.access().client(BrokerListener.SASL_SSL, "SCRAM-SHA-512").store(out, null);
            }
            try (ServerProcess server = ServerProcess.start(folder.resolve("data"), "--kafka", broker.bootstrap(BrokerListener.SASL_SSL),
                    "--kafka-access", access.toString())) {
                deploy(server, "fails", "[sh, -c, 'read event; exit 3']");
                assertEquals(200, configure(server, "fails", "{\"OnFailure\": {\"Destination\": \"kafka://failures\"}}").statusCode());
                String id = event(server, "fails", "{\"n\": 1}");
                assertEquals(1, told(broker, "failures", Set.of(id)).get(id).path("requestPayload").path("n").asInt());
            }
        }
    }

    @Test
    void refusesTopicsByNameWhereThereAreNoBrokers() throws Exception {
        Kvm.needed();
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            deploy(server, "fails", "[cat]");
            HttpResponse<String> refused = configure(server, "fails", "{\"OnFailure\": {\"Destination\": \"kafka://failures\"}}");
            assertEquals(400, refused.statusCode());
            assertTrue(refused.body().contains("DestinationConfig.OnFailure.Destination") && refused.body().contains("--kafka"), refused.body());
        }
    }
}
