package dev.thaw.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class LocalBrokerTest {
    @TempDir
    private Path folder;

    private static void send(String bootstrap, Properties access, String value) throws Exception {
        Properties settings = new Properties();
        settings.putAll(access);
        settings.setProperty("bootstrap.servers", bootstrap);
        settings.setProperty("max.block.ms", "120000");
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>("things", "key", value)).get();
        }
    }

    private static List<String> read(LocalBroker broker, int count) {
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(broker.client(), new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> all = List.of(new TopicPartition("things", 0));
            consumer.assign(all);
            consumer.seekToBeginning(all);
            while (values.size() < count) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }

    @Test
    void keepsWhatItAcknowledgedWhenItIsKilled() throws Exception {
        try (LocalBroker broker = LocalBroker.start(folder)) {
            broker.topic("things", 1);
            send(broker.bootstrap(), new Properties(), "one");
            String before = broker.bootstrap();
            broker.kill();
            broker.restart();
            assertEquals(before, broker.bootstrap());
            send(broker.bootstrap(), new Properties(), "two");
            assertEquals(List.of("one", "two"), read(broker, 2));
            assertThrows(IllegalArgumentException.class, () -> broker.bootstrap(BrokerListener.SSL));
        }
    }

    @Test
    void letsInWhoHasThePasswordAndTrustsTheCertificate() throws Exception {
        try (LocalBroker broker = LocalBroker.startSecured(folder, "alice", "wonderland")) {
            broker.topic("things", 1);
            List<String> sent = new ArrayList<>();
            for (BrokerListener listener : BrokerListener.values()) {
                for (String mechanism : List.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")) {
                    send(broker.bootstrap(listener), broker.access().client(listener, mechanism), listener + " " + mechanism);
                    sent.add(listener + " " + mechanism);
                }
            }
            Properties withKey = broker.access().client(BrokerListener.SSL, "");
            withKey.setProperty("ssl.keystore.type", "PEM");
            withKey.setProperty("ssl.keystore.key", broker.access().clientKey());
            withKey.setProperty("ssl.keystore.certificate.chain", broker.access().clientCertificate());
            send(broker.bootstrap(BrokerListener.SSL), withKey, "with a key");
            sent.add("with a key");
            assertEquals(sent, read(broker, sent.size()));
            BrokerAccess wrong = new BrokerAccess("alice", "guess", broker.access().folder());
            assertThrows(ExecutionException.class, () -> send(broker.bootstrap(BrokerListener.SASL_SSL),
                    wrong.client(BrokerListener.SASL_SSL, "SCRAM-SHA-512"), "never"));
        }
    }
}
