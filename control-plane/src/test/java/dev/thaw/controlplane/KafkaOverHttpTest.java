package dev.thaw.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.thaw.harness.LocalBroker;
import dev.thaw.controlplane.http.Json;
import dev.thaw.controlplane.packages.Zips;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A trigger from its creation over HTTP to the dead letter of the record that its function, a Python one in a VM, cannot take. */
@Timeout(900)
class KafkaOverHttpTest {
    private static final String MANIFEST = "name: py\nruntime: python3\nhandler: app.handler\ntimeout: 60s\n";
    private static final String APP = """
            import base64
            def handler(event, context):
                for partition, records in event["records"].items():
                    for record in records:
                        if base64.b64decode(record["value"]) == b"poison":
                            raise ValueError("cannot take " + partition)
            """;
    static final String MAPPINGS = "/2015-03-31/event-source-mappings/";

    @TempDir
    private Path folder;

    private static String mapping(LocalBroker broker, String more) {
        return "{\"FunctionName\":\"py\",\"Topics\":[\"t\"],\"SelfManagedEventSource\":{\"Endpoints\":{\"KAFKA_BOOTSTRAP_SERVERS\":[\"" + broker.bootstrap()
                + "\"]}},\"StartingPosition\":\"TRIM_HORIZON\",\"BatchSize\":8,\"BisectBatchOnFunctionError\":true,\"MaximumRetryAttempts\":0" + more + "}";
    }

    private static void send(LocalBroker broker, String... values) throws Exception {
        Map<String, Object> settings = new HashMap<>();
        broker.client().forEach((key, value) -> settings.put((String) key, value));
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (String value : values) {
                producer.send(new ProducerRecord<>("t", 0, null, value.getBytes(StandardCharsets.UTF_8))).get();
            }
        }
    }

    static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + 180_000_000_000L;
        while (!condition.call()) {
            assertTrue(System.nanoTime() < end, what);
            Thread.sleep(50);
        }
    }

    static double records(TestServer server, String outcome) throws Exception {
        return server.get("/metrics").body().lines().filter(line -> line.startsWith("thaw_trigger_records_total{") && line.contains("outcome=\"" + outcome + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }

    private static void deploy(TestServer server) throws Exception {
        String kvm = TestServer.json(server.get("/healthz")).path("kvm").asText();
        assumeTrue(kvm.equals("ok"), kvm);
        HttpResponse<String> response = server.deploy("py", new Zips().file("function.yaml", MANIFEST).file("app.py", APP).bytes());
        assumeTrue(!response.headers().firstValue("x-amzn-ErrorType").equals(Optional.of("InvalidRuntimeException")), response.body());
        assertEquals(200, response.statusCode(), response.body());
    }

    @Test
    void recordsReachTheFunctionAndThePoisonTheDeadLetters() throws Exception {
        try (LocalBroker broker = LocalBroker.start(folder.resolve("broker"))) {
            broker.topic("t", 1);
            String id;
            try (TestServer server = TestServer.on(folder.resolve("data"))) {
                deploy(server);
                JsonNode made = TestServer.json(server.send(server.to(MAPPINGS).POST(BodyPublishers.ofString(mapping(broker, "")))));
                id = made.path("UUID").asText();
                send(broker, "1", "2", "poison", "4", "5");
                await("the records: " + made, () -> records(server, "success") == 4 && records(server, "retries_exhausted") == 1);
                JsonNode letters = TestServer.json(server.get("/thaw/v1/dlq"));
                assertTrue(letters.toString().contains("cannot take t-0"), letters.toString());
                await("its state", () -> TestServer.json(server.get(MAPPINGS + id)).path("State").asText().equals("Enabled"));

                server.send(server.to(MAPPINGS + id).PUT(BodyPublishers.ofString("{\"Enabled\":false}")));
                await("disabled", () -> TestServer.json(server.get(MAPPINGS + id)).path("State").asText().equals("Disabled"));
                send(broker, "6", "7");
                server.send(server.to(MAPPINGS + id).PUT(BodyPublishers.ofString("{\"Enabled\":true}")));
                await("what came meanwhile", () -> records(server, "success") == 6);
            }
            send(broker, "8");
            try (TestServer server = TestServer.on(folder.resolve("data"))) {
                await("what came while there was no server", () -> records(server, "success") == 1);
                await("its result", () -> TestServer.json(server.get(MAPPINGS + id)).path("LastProcessingResult").asText().equals("OK"));
                server.send(server.to(MAPPINGS + id).DELETE());
                await("deleted", () -> server.get(MAPPINGS + id).statusCode() == 404);
            }
        }
    }

    private static JsonNode first(LocalBroker broker, String topic) throws Exception {
        Map<String, Object> settings = new HashMap<>();
        broker.client().forEach((key, value) -> settings.put((String) key, value));
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> all = List.of(new TopicPartition(topic, 0));
            consumer.assign(all);
            consumer.seekToBeginning(all);
            List<byte[]> values = new ArrayList<>();
            await("a message in " + topic, () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
                return !values.isEmpty();
            });
            assertEquals(1, values.size());
            return Json.parse(values.getFirst());
        }
    }

    @Test
    void whatIsGivenUpGoesToItsTopicWithAllThatTheFunctionWasGiven() throws Exception {
        try (LocalBroker broker = LocalBroker.start(folder.resolve("broker")); TestServer server = TestServer.on(folder.resolve("data"))) {
            broker.topic("t", 1);
            broker.topic("failures", 1);
            deploy(server);
            HttpResponse<String> made = server.send(server.to(MAPPINGS).POST(BodyPublishers.ofString(mapping(broker,
                    ",\"DestinationConfig\":{\"OnFailure\":{\"Destination\":\"kafka://failures\"}}"))));
            assertEquals(202, made.statusCode(), made.body());
            send(broker, "1", "poison", "3");
            JsonNode failure = first(broker, "failures");
            assertEquals("RetriesExhausted", failure.at("/requestContext/condition").asText(), failure.toString());
            assertEquals(1, failure.at("/requestContext/approximateInvokeCount").asInt(), failure.toString());
            assertEquals("Unhandled", failure.at("/responseContext/functionError").asText(), failure.toString());
            assertEquals("cG9pc29u", failure.at("/payload/records/t-0/0/value").asText(), failure.toString());
            await("the others", () -> records(server, "success") == 2);
            assertTrue(TestServer.json(server.get("/thaw/v1/dlq")).toString().indexOf("t-0") < 0);
        }
    }

    private static final String SINK = """
            import json
            def handler(event, context):
                values = [r["value"] for records in event["payload"]["records"].values() for r in records]
                if event["payload"]["records"]["t-0"][0]["offset"] >= 5:
                    raise ValueError("the sink is full")
                print("sink", event["requestContext"]["condition"], event["KafkaBatchInfo"]["batchSize"], values)
            """;
    private static final String TO_SINK = ",\"DestinationConfig\":{\"OnFailure\":{\"Destination\":\"arn:aws:lambda:us-east-1:000000000000:function:sink\"}}";

    private static String letters(TestServer server) throws Exception {
        return TestServer.json(server.get("/thaw/v1/dlq")).path("deadLetters").toString();
    }

    /** A destination that is throttled, fails or is gone stops no partition, and nothing of what it should be told is lost. */
    @Test
    void whatIsGivenUpGoesToAFunctionAndToTheDeadLettersWhereThatFails() throws Exception {
        String concurrency = "/2017-10-31/functions/sink/concurrency";
        try (LocalBroker broker = LocalBroker.start(folder.resolve("broker")); TestServer server = TestServer.on(folder.resolve("data"))) {
            broker.topic("t", 1);
            deploy(server);
            assertEquals(200, server.deploy("sink", new Zips().file("function.yaml", MANIFEST.replace("name: py", "name: sink")).file("app.py", SINK).bytes())
                    .statusCode());
            assertEquals(200, server.send(server.to("/2019-09-25/functions/sink/event-invoke-config")
                    .PUT(BodyPublishers.ofString("{\"MaximumRetryAttempts\":0}"))).statusCode());
            HttpResponse<String> made = server.send(server.to(MAPPINGS).POST(BodyPublishers.ofString(mapping(broker, TO_SINK))));
            assertEquals(202, made.statusCode(), made.body());

            send(broker, "0", "poison", "2");
            await("the sink is told", () -> server.get("/thaw/v1/functions/sink/logs").body().contains("sink RetriesExhausted 1 ['cG9pc29u']"));
            await("the others", () -> records(server, "success") == 2);
            assertEquals("[]", letters(server));

            server.send(server.to(concurrency).PUT(BodyPublishers.ofString("{\"ReservedConcurrentExecutions\":0}")));
            send(broker, "poison", "4"); // at offset 3
            await("the partition goes on while the sink is throttled", () -> records(server, "success") == 3);
            assertEquals("[]", letters(server), "what the sink is to be told waits for it");
            server.send(server.to(concurrency).DELETE());
            await("the sink is told later", () -> server.get("/thaw/v1/functions/sink/logs").body().lines()
                    .filter(line -> line.contains("sink RetriesExhausted 1 ['cG9pc29u']")).count() == 2);

            send(broker, "poison", "6"); // at offset 5, from which on the sink fails
            await("the partition goes on while the sink fails", () -> records(server, "success") == 4);
            await("what the sink failed", () -> letters(server).contains("the sink is full"));
            JsonNode letter = TestServer.json(server.get("/thaw/v1/dlq")).path("deadLetters").path(0);
            assertEquals("sink", letter.path("function").asText());
            assertEquals("cG9pc29u", TestServer.json(server.get("/thaw/v1/dlq/" + letter.path("id").asText())).at("/payload/payload/records/t-0/0/value").asText(),
                    "all of it is there");

            assertEquals(204, server.delete("sink").statusCode());
            send(broker, "poison", "8");
            await("the partition goes on without the sink", () -> records(server, "success") == 5);
            await("what there is no sink for", () -> letters(server).contains("FunctionNotFound"));
            assertEquals(4, records(server, "retries_exhausted"));
        }
    }

    /** The brokers refuse the topic of what is given up each time: after a few times it is a dead letter, and the partition goes on. */
    @Test
    void whatIsGivenUpIsADeadLetterWhereItsTopicIsNone() throws Exception {
        try (LocalBroker broker = LocalBroker.start(folder.resolve("broker")); TestServer server = TestServer.on(folder.resolve("data"))) {
            broker.topic("t", 1);
            deploy(server);
            HttpResponse<String> made = server.send(server.to(MAPPINGS).POST(BodyPublishers.ofString(mapping(broker,
                    ",\"DestinationConfig\":{\"OnFailure\":{\"Destination\":\"kafka://nowhere\"}}"))));
            assertEquals(202, made.statusCode(), made.body());
            send(broker, "1", "poison", "3");
            await("what the topic refuses is said", () -> server.get(MAPPINGS + TestServer.json(made).path("UUID").asText()).body().contains("cannot be kept"));
            await("the dead letter", () -> letters(server).contains("cannot take t-0"));
            await("the others", () -> records(server, "success") == 2);
        }
    }

    private static final String COUNTS = """
            import base64, time
            def handler(event, context):
                for records in event["records"].values():
                    for record in records:
                        print("did", base64.b64decode(record["value"]).decode() + ".")
                time.sleep(0.03)
            """;

    /** Each server is told to end while it works. */
    @Test
    void serversThatEndInOrderRepeatNothing() throws Exception {
        int all = 600;
        try (LocalBroker broker = LocalBroker.start(folder.resolve("broker"))) {
            broker.topic("t", 4);
            Path data = folder.resolve("data");
            try (TestServer server = TestServer.on(data)) {
                String kvm = TestServer.json(server.get("/healthz")).path("kvm").asText();
                assumeTrue(kvm.equals("ok"), kvm);
                HttpResponse<String> response = server.deploy("py", new Zips().file("function.yaml", MANIFEST).file("app.py", COUNTS).bytes());
                assumeTrue(!response.headers().firstValue("x-amzn-ErrorType").equals(Optional.of("InvalidRuntimeException")), response.body());
                assertEquals(202, server.send(server.to(MAPPINGS).POST(BodyPublishers.ofString(mapping(broker, "")))).statusCode());
            }
            Map<String, Object> settings = new HashMap<>();
            broker.client().forEach((key, value) -> settings.put((String) key, value));
            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
                for (int i = 0; i < all; i++) {
                    producer.send(new ProducerRecord<>("t", i % 4, null, Integer.toString(i).getBytes(StandardCharsets.UTF_8)));
                }
            }
            List<String> did = List.of();
            int servers = 0;
            while (did.size() < all) {
                try (TestServer server = TestServer.on(data)) {
                    int before = did.size();
                    int enough = ++servers > 6 ? all : Math.min(all, before + 60);
                    await("some more than " + before, () -> did(server).size() >= enough);
                }
                try (TestServer server = TestServer.on(data)) {
                    did = did(server); // of both: it works too
                }
            }
            assertEquals(all, new java.util.HashSet<>(did).size());
            assertEquals(all, did.size(), "in " + servers * 2 + " servers");
        }
    }

    private static List<String> did(TestServer server) throws Exception {
        return server.get("/thaw/v1/functions/py/logs?tail=10000").body().lines().filter(line -> line.contains("did "))
                .map(line -> line.substring(line.indexOf("did "), line.indexOf('.', line.indexOf("did ")))).toList();
    }

    private static final String NAMES = """
            import base64
            def handler(event, context):
                return {"batchItemFailures": [{"itemIdentifier": {"partition": partition, "offset": record["offset"]}}
                    for partition, records in event["records"].items() for record in records if base64.b64decode(record["value"]) == b"poison"]}
            """;

    /** Tried anew it is an event and not a batch; its function answers as it does to the trigger, and what it fails again stays a dead letter. */
    @Test
    void aRecordThatItsFunctionFailsAgainWhenItIsTriedAnewIsNotTakenForDone() throws Exception {
        try (LocalBroker broker = LocalBroker.start(folder.resolve("broker")); TestServer server = TestServer.on(folder.resolve("data"))) {
            broker.topic("t", 1);
            String kvm = TestServer.json(server.get("/healthz")).path("kvm").asText();
            assumeTrue(kvm.equals("ok"), kvm);
            HttpResponse<String> response = server.deploy("py", new Zips().file("function.yaml", MANIFEST).file("app.py", NAMES).bytes());
            assumeTrue(!response.headers().firstValue("x-amzn-ErrorType").equals(Optional.of("InvalidRuntimeException")), response.body());
            assertEquals(200, server.send(server.to("/2019-09-25/functions/py/event-invoke-config")
                    .PUT(BodyPublishers.ofString("{\"MaximumRetryAttempts\":0}"))).statusCode());
            assertEquals(202, server.send(server.to(MAPPINGS).POST(BodyPublishers.ofString(mapping(broker,
                    ",\"FunctionResponseTypes\":[\"ReportBatchItemFailures\"]")))).statusCode());
            send(broker, "1", "poison", "3");
            await("the dead letter", () -> letters(server).contains("from offset 1 on"));
            await("the others", () -> records(server, "success") == 2);
            String id = TestServer.json(server.get("/thaw/v1/dlq")).path("deadLetters").path(0).path("id").asText();
            assertTrue(server.send(server.to("/thaw/v1/dlq/" + id + "/redrive").POST(BodyPublishers.noBody())).statusCode() < 300);
            await("the dead letter again", () -> letters(server).contains("failed records of a trigger's batch again"));
        }
    }
}
