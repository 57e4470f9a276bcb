package dev.thaw.deploy.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.thaw.harness.LocalBroker;
import dev.thaw.deploy.Kvm;
import dev.thaw.deploy.ServerProcess;
import dev.thaw.deploy.Typed;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two servers of one consumer group and a broker, each a process of its own, which are killed, ended and started while a function fails 5 % of
 * its invocations. With {@code -Dthaw.test.records=100000} all that is to be survived: five kills of servers, two restarts of the broker.
 */
@Timeout(3_000)
class HostileKafkaTest {
    private static final int RECORDS = Integer.getInteger("thaw.test.records", 2_000);
    private static final boolean LONG = RECORDS >= 50_000;
    private static final int PARTITIONS = 6;
    private static final int KEYS = LONG ? 500 : 50;
    private static final int BATCH = LONG ? 100 : 20;
    private static final int POISON_EVERY = LONG ? 5_000 : 500;
    private static final String TOPIC = "things";
    private static final String GROUP = "hostile";
    /** Without progress for so long it is over. */
    private static final Duration STUCK = Duration.ofMinutes(3);
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Kept here: java.util.logging forgets the level of a logger that nobody has. */
    private static final Logger CLIENTS = Logger.getLogger("org.apache.kafka");

    /** At which part of the records something happens. */
    private record Step(double part, Act act) {}

    @FunctionalInterface
    private interface Act {
        void run() throws Exception;
    }

    @TempDir
    private Path folder;
    private final Map<String, ServerProcess> servers = new HashMap<>();
    private final List<Long> windows = new ArrayList<>();
    private final AtomicInteger allowed = new AtomicInteger();
    private LocalBroker broker;
    private Collector collector;

    @Test
    void everyRecordIsHandledOrGivenUpInTheOrderOfItsKey() throws Exception {
        Kvm.needed();
        CLIENTS.setLevel(Level.OFF); // they say at length that brokers are away, which is what is tested
        var started = Collector.start();
        assumeTrue(started.isPresent(), "this machine has no address but the loopback's");
        long begin = System.nanoTime();
        try (LocalBroker aBroker = LocalBroker.start(folder.resolve("broker")); Collector aCollector = started.get()) {
            broker = aBroker;
            collector = aCollector;
            broker.topic(TOPIC, PARTITIONS);
            broker.topic("failed", 1);
            start("a");
            connect("a");
            Thread producer = Thread.ofVirtual().start(this::produce);
            Thread reader = Thread.ofVirtual().start(this::readFailures);
            for (Step step : LONG ? all() : few()) {
                allowed.set((int) (RECORDS * Math.min(1, step.part() + 0.04)));
                await((int) (RECORDS * step.part()));
                step.act().run();
                System.out.printf("%5.1f s: %3.0f %% %s%n", (System.nanoTime() - begin) / 1e9, 100 * step.part(), collector);
            }
            allowed.set(RECORDS);
            await(RECORDS);
            for (ServerProcess server : servers.values()) {
                server.close();
            }
            reader.interrupt();
            producer.join();
            long window = windows.stream().mapToLong(Long::longValue).sum();
            System.out.printf("%d records in %.1f s: %s; not committed when a server was killed or ended: %s%n", RECORDS, (System.nanoTime() - begin) / 1e9, collector, windows);
            assertEquals(RECORDS, collector.settled());
            assertEquals(List.of(), collector.outOfOrder());
            assertTrue(collector.givenUp() >= RECORDS / POISON_EVERY, "what always fails is in the failure topic");
            assertTrue(collector.duplicates() <= window, collector.duplicates() + " successes again, and " + window + " were not committed when servers were killed or ended");
        } finally {
            for (ServerProcess server : servers.values()) {
                server.kill();
            }
        }
    }

    private List<Step> few() {
        return List.of(new Step(0.2, () -> join("b")), new Step(0.45, () -> killAndStart("a")), new Step(0.7, () -> {
            broker.kill();
            broker.restart();
        }));
    }

    private List<Step> all() {
        return List.of(new Step(0.08, () -> join("b")),
                new Step(0.15, () -> killAndStart("a")),
                new Step(0.25, () -> {
                    broker.kill();
                    broker.restart();
                }),
                new Step(0.35, () -> {
                    kill("b");
                    // The group notices after ten seconds: its partitions go to the other, and come back later.
                    await((int) (RECORDS * 0.38));
                    start("b");
                }),
                new Step(0.45, () -> killAndStart("a")),
                new Step(0.55, () -> {
                    broker.stop();
                    broker.restart();
                }),
                new Step(0.62, () -> end("b")),
                new Step(0.68, () -> start("b")),
                new Step(0.75, () -> killAndStart("b")),
                new Step(0.85, () -> killAndStart("a")));
    }

    private void start(String name) throws IOException {
        servers.put(name, ServerProcess.start(folder.resolve(name), "--retry-after", "100ms"));
    }

    /** A server that has not been there before. */
    private void join(String name) throws Exception {
        start(name);
        connect(name);
    }

    private void killAndStart(String name) throws Exception {
        kill(name);
        start(name);
    }

    private void kill(String name) throws Exception {
        servers.get(name).kill();
        collector.awaitCounted(); // what its functions had asked
        windows.add(uncommitted());
    }

    /** SIGTERM. In the middle of a rebalance the group may not take a server's last offsets. */
    private void end(String name) throws Exception {
        servers.remove(name).close();
        windows.add(uncommitted());
    }

    /** Records that succeeded and that the group would be given again. */
    private long uncommitted() throws Exception {
        try (Admin admin = broker.admin()) {
            Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata().get();
            return collector.ends().entrySet().stream().mapToLong(end -> {
                int dash = end.getKey().lastIndexOf('-');
                OffsetAndMetadata offset = committed.get(new TopicPartition(end.getKey().substring(0, dash), Integer.parseInt(end.getKey().substring(dash + 1))));
                return Math.max(0, end.getValue() - (offset == null ? 0 : offset.offset()));
            }).sum();
        }
    }

    /** Deploys the function and gives it the topic. */
    private void connect(String name) throws Exception {
        Path home = Files.createDirectories(folder.resolve("asks-" + name));
        Path source = home.resolve("asks.c");
        try (var in = HostileKafkaTest.class.getResourceAsStream("asks.c")) {
            Files.write(source, in.readAllBytes());
        }
        assertEquals(0, new ProcessBuilder("gcc", "-static", "-O2", "-o", home.resolve("asks").toString(), source.toString()).inheritIO().start().waitFor());
        Files.writeString(home.resolve("function.yaml"), "name: asks\nruntime: stdio\ncommand: [./asks, " + collector.address() + ", '" + collector.port()
                + "']\nmemory: 32\ntimeout: 60s\negress: ['" + collector.address() + ":" + collector.port() + "']\n");
        ServerProcess server = servers.get(name);
        Typed typed = Typed.with(new byte[0], Map.of("THAW_SERVER", server.url()), "deploy", home.toString());
        assertEquals(0, typed.status(), typed.err());
        String mapping = """
                {"FunctionName": "asks", "SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["%s"]}}, "Topics": ["%s"],
                 "SelfManagedKafkaEventSourceConfig": {"ConsumerGroupId": "%s"}, "StartingPosition": "TRIM_HORIZON", "BatchSize": %d,
                 "MaximumBatchingWindowInSeconds": 0, "MaximumRetryAttempts": 3, "BisectBatchOnFunctionError": true,
                 "FunctionResponseTypes": ["ReportBatchItemFailures"], "DestinationConfig": {"OnFailure": {"Destination": "kafka://failed"}}}
                """.formatted(broker.bootstrap(), TOPIC, GROUP, BATCH);
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> response = http.send(HttpRequest.newBuilder(URI.create(server.url() + "/2015-03-31/event-source-mappings"))
                    .POST(BodyPublishers.ofString(mapping)).build(), BodyHandlers.ofString());
            assertEquals(202, response.statusCode(), response.body());
        }
    }

    /** Writes records as far as the test has come, so that there always are some on their way. */
    private void produce() {
        Properties settings = broker.client();
        settings.setProperty("linger.ms", "5");
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < RECORDS; i++) {
                while (i >= allowed.get()) {
                    Thread.sleep(5);
                }
                String key = "k" + i % KEYS;
                producer.send(new ProducerRecord<>(TOPIC, key, key + ":" + i / KEYS + ":" + (i % POISON_EVERY == POISON_EVERY / 2 ? "poison" : "good")));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void readFailures() {
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(broker.client(), new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> all = List.of(new TopicPartition("failed", 0));
            consumer.assign(all);
            consumer.seekToBeginning(all);
            while (!Thread.currentThread().isInterrupted()) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    JsonNode infos = JSON.readTree(record.value()).path("KafkaBatchInfo").path("recordsInfo");
                    infos.properties().forEach(info -> collector.gaveUp(info.getKey(), info.getValue().path("firstRecordOffset").asLong(),
                            info.getValue().path("lastRecordOffset").asLong()));
                }
            }
        } catch (InterruptException | IOException _) {
            // The test is over, or sees that records are missing.
        }
    }

    private void await(int records) throws InterruptedException {
        int seen = collector.settled();
        long since = System.nanoTime();
        while (seen < records) {
            Thread.sleep(10);
            int now = collector.settled();
            if (now > seen) {
                seen = now;
                since = System.nanoTime();
            }
            assertTrue(System.nanoTime() - since < STUCK.toNanos(), () -> "nothing moves any more: " + collector);
        }
    }
}
