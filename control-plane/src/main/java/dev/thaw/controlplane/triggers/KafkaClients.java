package dev.thaw.controlplane.triggers;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes Kafka's clients for mappings. What they are made with holds secrets and is neither kept nor printed here. */
final class KafkaClients {
    private static final int SESSION_MILLIS = 10_000;
    private static final int HEARTBEAT_MILLIS = 1_000;
    /** Longer than a partition that is taken away may take to end its batch. */
    private static final int POLL_INTERVAL_MILLIS = 300_000;
    private static final int FETCH_BYTES = 8 << 20;
    private static final int PARTITION_FETCH_BYTES = 1 << 20;
    private static final int LEAST_POLL_RECORDS = 500;
    private static final int MOST_POLL_RECORDS = 2_000;
    private static final int RECONNECT_MILLIS = 200;
    private static final int MOST_RECONNECT_MILLIS = 5_000;
    /** What a producer holds for a broker that is away. */
    private static final long PRODUCER_BYTES = 16L << 20;
    private static final int DELIVERY_MILLIS = 30_000;
    private static final int REQUEST_MILLIS = 10_000;

    private final Secrets secrets;
    private final String server;

    /** @param server names this server among those that share its triggers' groups; durable, so that a restart keeps its partitions */
    KafkaClients(Secrets secrets, String server) {
        this.secrets = secrets;
        this.server = server;
    }

    /** @throws IOException when a secret cannot be had */
    Consumer<byte[], byte[]> consumer(EventSourceMapping mapping) throws IOException {
        Map<String, Object> config = common(mapping);
        config.put(ConsumerConfig.GROUP_ID_CONFIG, mapping.source().consumerGroup());
        // A member of this name that comes back within the session's time goes on without a rebalance, after a kill too.
        config.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, "thaw-" + server + "-" + mapping.id());
        config.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_MILLIS);
        config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, HEARTBEAT_MILLIS);
        config.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, POLL_INTERVAL_MILLIS);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        // What a transaction took back never happened.
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, PARTITION_FETCH_BYTES);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Math.clamp(mapping.batching().records(), LEAST_POLL_RECORDS, MOST_POLL_RECORDS));
        config.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, SESSION_MILLIS);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** @throws IOException when a secret cannot be had */
    Producer<byte[], byte[]> producer(EventSourceMapping mapping) throws IOException {
        Map<String, Object> config = common(mapping);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        // What is given up is told at least once in any case; with idempotence, or more in flight, what was sent to a topic just made was seen to
        // be refused as out of sequence until it timed out.
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
        config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, PRODUCER_BYTES);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, (int) PRODUCER_BYTES);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (long) REQUEST_MILLIS);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> common(EventSourceMapping mapping) throws IOException {
        Map<String, Object> config = new HashMap<>();
        config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, mapping.source().bootstrap());
        config.put(CommonClientConfigs.CLIENT_ID_CONFIG, "thaw-" + mapping.id());
        config.put(CommonClientConfigs.RECONNECT_BACKOFF_MS_CONFIG, RECONNECT_MILLIS);
        config.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, MOST_RECONNECT_MILLIS);
        // What is worth knowing is in the server's metrics.
        config.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, "");
        config.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
        access(mapping.source().access(), config);
        return config;
    }

    private void access(KafkaAccess access, Map<String, Object> config) throws IOException {
        config.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, access.protocol());
        if (access.login().isPresent()) {
            KafkaAccess.Login named = access.login().get();
            Secrets.Login login = secrets.login(named.secret());
            config.put(SaslConfigs.SASL_MECHANISM, named.mechanism().kafkaName());
            config.put(SaslConfigs.SASL_JAAS_CONFIG, Jaas.of(named.mechanism(), login));
        }
        if (access.serverCa().isPresent()) {
            config.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PEM");
            config.put(SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG, secrets.certificates(access.serverCa().get()));
        }
        if (access.clientCertificate().isPresent()) {
            Secrets.ClientCertificate certificate = secrets.clientCertificate(access.clientCertificate().get());
            config.put(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, "PEM");
            config.put(SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG, certificate.certificates());
            config.put(SslConfigs.SSL_KEYSTORE_KEY_CONFIG, certificate.privateKey());
            if (!certificate.keyPassword().isEmpty()) {
                config.put(SslConfigs.SSL_KEY_PASSWORD_CONFIG, certificate.keyPassword());
            }
        }
    }
}
