package dev.thaw.perf;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.thaw.harness.LocalBroker;
import dev.thaw.controlplane.logs.LogLine;
import dev.thaw.perf.report.Better;
import dev.thaw.perf.report.Recording;
import dev.thaw.perf.report.Taking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Kafka records through a function that does as good as nothing (C, each batch in a clean VM), beside a plain consumer in the same run, from
 * one broker of this machine: how many a second from a burst, and how long one takes from its sending to its being handled when they come at a
 * fixed rate. Broker, server, producer and consumer share the machine.
 */
final class KafkaBench {
    private static final int PARTITIONS = 4;
    private static final int BATCH = 100;
    private static final int BURST_PER_N = 20;
    private static final int PER_SECOND = 200;
    private static final long WAIT_SECONDS = 60;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Kept here: java.util.logging forgets the level of a logger that nobody has. */
    private final Logger clients = Logger.getLogger("org.apache.kafka");
    private final Workshop shop;
    private final Collector found;

    /** One of the two that are compared. */
    private record Way(KafkaRecords records, Refresh refresh, Taking rate, Recording latency) {}

    /** Looks for what has been handled, where that is not told by itself. */
    @FunctionalInterface
    private interface Refresh {
        void look() throws IOException;
    }

    KafkaBench(Workshop shop, Collector found) {
        this.shop = shop;
        this.found = found;
    }

    void run() throws IOException, InterruptedException {
        clients.setLevel(Level.SEVERE); // they warn of the broker that is being started
        Optional<LocalBroker> broker = broker();
        if (broker.isEmpty()) {
            return;
        }
        int burst = shop.n() * BURST_PER_N;
        int most = PARTITIONS + Workshop.ROUNDS * (burst + shop.n()) + shop.n();
        KafkaRecords plain = new KafkaRecords("bench-plain", PARTITIONS, most);
        KafkaRecords thaw = new KafkaRecords("bench-thaw", PARTITIONS, most);
        try (LocalBroker running = broker.get(); ServerProcess server = ServerProcess.start(shop.folder().resolve("kafka"))) {
            running.topic(plain.topic(), PARTITIONS);
            running.topic(thaw.topic(), PARTITIONS);
            Properties settings = running.client();
            settings.setProperty("linger.ms", "0");
            deploy(server, running);
            Path log = shop.folder().resolve("kafka").resolve("data").resolve("logs").resolve("kafka-c.ndjson");
            Way ofPlain = new Way(plain, () -> { }, Taking.yardstick("kafka.plain.rate", "a plain consumer, burst: records a second").in("1/s", Better.HIGHER),
                    new Recording());
            Way ofThaw = new Way(thaw, () -> read(log, thaw), Taking.of("kafka.thaw.rate", "C in a VM, batches of " + BATCH + ", burst: records a second")
                    .in("1/s", Better.HIGHER).against("kafka.plain.rate"), new Recording());
            try (PlainConsumer _ = new PlainConsumer(running.client(), plain);
                    Producer<byte[], byte[]> producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
                for (Way way : List.of(ofPlain, ofThaw)) {
                    // Both have joined their groups and are warm.
                    await(way, way.records().send(producer, shop.n(), 0));
                }
                for (int round = 0; round < Workshop.ROUNDS; round++) {
                    shop.says("Kafka, round " + (round + 1) + " of " + Workshop.ROUNDS);
                    for (Way way : List.of(ofPlain, ofThaw)) {
                        round(way, producer, burst);
                    }
                }
            }
            found.add(ofPlain.rate(), ofThaw.rate());
            String name = ", " + PER_SECOND + " records a second: from sending to handled";
            found.add(ofPlain.latency().series("kafka.plain.latency", "a plain consumer" + name, true, Optional.empty(), ""));
            found.add(ofThaw.latency().series("kafka.thaw.latency", "C in a VM" + name, false, Optional.of("kafka.plain.latency"), ""));
        }
    }

    private Optional<LocalBroker> broker() {
        try {
            return Optional.of(LocalBroker.startOptimised(shop.folder().resolve("broker")));
        } catch (IOException e) {
            found.missing("kafka", e.getMessage());
            shop.says("Kafka is not measured: " + e.getMessage());
            return Optional.empty();
        }
    }

    private void deploy(ServerProcess server, LocalBroker broker) throws IOException, InterruptedException {
        Path home = Files.createDirectories(shop.folder().resolve("kafka-c"));
        Files.move(shop.programs().compile("offsets.c", "-static"), home.resolve("offsets"));
        Files.writeString(home.resolve("function.yaml"), "name: kafka-c\nisolation: per-request\nruntime: stdio\ncommand: ./offsets\nmemory: 16\n");
        server.deploy("kafka-c", home);
        server.post("/2015-03-31/event-source-mappings", """
                {"FunctionName": "kafka-c", "SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["%s"]}}, "Topics": ["bench-thaw"],
                 "SelfManagedKafkaEventSourceConfig": {"ConsumerGroupId": "bench-thaw"}, "StartingPosition": "TRIM_HORIZON", "BatchSize": %d,
                 "MaximumBatchingWindowInSeconds": 0}
                """.formatted(broker.bootstrap(), BATCH), 202);
    }

    private void round(Way way, Producer<byte[], byte[]> producer, int burst) throws IOException, InterruptedException {
        int first = way.records().send(producer, burst, 0);
        await(way, first);
        way.rate().add(way.records().rate(first));
        way.rate().endRound();
        first = way.records().send(producer, shop.perRound(), PER_SECOND);
        await(way, first);
        for (int i = first; i < way.records().count(); i++) {
            way.latency().record(TimeUnit.MICROSECONDS.toNanos(way.records().latencyMicros(i)));
        }
        way.latency().endRound();
    }

    private void await(Way way, int first) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        way.refresh().look();
        while (!way.records().allHandled(first)) {
            if (System.nanoTime() > deadline) {
                throw new BenchException("records of " + way.records().topic() + " are not handled within " + WAIT_SECONDS + " s");
            }
            // Seldom: reading the log costs the cores that are measured.
            Thread.sleep(200);
            way.refresh().look();
        }
    }

    /** The function's lines, those of the file that was full included. */
    private static void read(Path log, KafkaRecords records) throws IOException {
        for (Path file : List.of(log.resolveSibling(log.getFileName() + ".1"), log)) {
            if (!Files.exists(file)) {
                continue;
            }
            for (String json : Files.readString(file).lines().filter(line -> line.contains("\"stderr\"") && line.endsWith("}")).toList()) {
                LogLine line = JSON.readValue(json, LogLine.class);
                String[] words = line.text().split(" ");
                records.handled(Integer.parseInt(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]), KafkaRecords.micros(Instant.parse(line.time())));
            }
        }
    }
}
