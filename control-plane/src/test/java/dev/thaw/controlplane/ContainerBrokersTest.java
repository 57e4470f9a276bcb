package dev.thaw.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.thaw.controlplane.packages.Zips;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/** Triggers against brokers as people run them, in containers: the releases that the broker from Maven Central is not. Skipped where there is no Docker. */
@Timeout(300)
class ContainerBrokersTest {
    private static final int RECORDS = 500;
    private static final int PARTITIONS = 3;
    /** (module (memory (export "memory") 1) (func (export "_start"))) */
    private static final byte[] NOTHING = HexFormat.of().parseHex("0061736d01000000" + "010401600000" + "03020100" + "0503010001"
            + "07130206" + "6d656d6f7279" + "0200" + "06" + "5f7374617274" + "0000" + "0a040102000b");

    @TempDir
    private Path folder;

    @BeforeAll
    static void needsDocker() {
        assumeTrue(DockerClientFactory.instance().isDockerAvailable(), "needs Docker, for brokers in containers: none answers here");
    }

    private static void fill(String brokers) throws InterruptedException, ExecutionException {
        Map<String, Object> client = Map.of("bootstrap.servers", brokers);
        try (Admin admin = Admin.create(client);
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            admin.createTopics(List.of(new NewTopic("t", PARTITIONS, (short) 1))).all().get();
            for (int i = 0; i < RECORDS; i++) {
                producer.send(new ProducerRecord<>("t", i % PARTITIONS, null, Integer.toString(i).getBytes(StandardCharsets.UTF_8)));
            }
            producer.flush();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"apache/kafka:3.8.1", "apache/kafka:4.0.0"})
    void recordsReachTheFunction(String image) throws Exception {
        try (KafkaContainer broker = new KafkaContainer(image); TestServer server = TestServer.on(folder.resolve("data"))) {
            broker.start();
            byte[] zip = new Zips().file("function.yaml", "name: m\nruntime: wasi\nhandler: m.wasm\n").entry("m.wasm", 0100644, 0, NOTHING).bytes();
            assertEquals(200, server.deploy("m", zip).statusCode());
            fill(broker.getBootstrapServers());

            HttpResponse<String> made = server.send(server.to(KafkaOverHttpTest.MAPPINGS).POST(BodyPublishers.ofString(
                    "{\"FunctionName\":\"m\",\"Topics\":[\"t\"],\"SelfManagedEventSource\":{\"Endpoints\":{\"KAFKA_BOOTSTRAP_SERVERS\":[\""
                            + broker.getBootstrapServers() + "\"]}},\"StartingPosition\":\"TRIM_HORIZON\",\"BatchSize\":50}")));

            assertEquals(202, made.statusCode(), made.body());
            KafkaOverHttpTest.await("all records", () -> KafkaOverHttpTest.records(server, "success") == RECORDS);
        }
    }
}
