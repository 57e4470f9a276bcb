package dev.thaw.controlplane.triggers;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.harness.BrokerListener;
import dev.thaw.harness.LocalBroker;
import dev.thaw.controlplane.http.Json;
import dev.thaw.controlplane.triggers.EventSourceMapping.Batching;
import dev.thaw.controlplane.triggers.EventSourceMapping.FailurePolicy;
import dev.thaw.controlplane.triggers.KafkaAccess.Login;
import dev.thaw.controlplane.triggers.KafkaAccess.Mechanism;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Triggers of a real broker that wants to know who comes. */
@Timeout(600)
class TriggerAccessTest {
    private static final String PASSWORD = "wonderland";
    @TempDir
    private static Path folder;
    private static LocalBroker broker;

    @BeforeAll
    static void start() throws Exception {
        broker = LocalBroker.startSecured(folder.resolve("broker"), "alice", PASSWORD);
        broker.topic("t", 1);
        Map<String, Object> settings = new HashMap<>();
        broker.client().forEach((key, value) -> settings.put((String) key, value));
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("t", 0, null, "hello".getBytes(StandardCharsets.UTF_8))).get();
        }
        secret("login", login(PASSWORD));
        secret("wrong", login("guess"));
        secret("ca", Files.readString(broker.access().certificate()));
        secret("client", Json.object().put("certificate", broker.access().clientCertificate()).put("privateKey", broker.access().clientKey()).toString());
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static String login(String password) {
        return Json.object().put("username", "alice").put("password", password).toString();
    }

    private static void secret(String name, String content) throws Exception {
        Files.setPosixFilePermissions(Files.writeString(folder.resolve(name), content), PosixFilePermissions.fromString("rw-------"));
    }

    private static RunningTrigger run(BrokerListener listener, KafkaAccess access) {
        KafkaSource source = new KafkaSource(List.of(broker.bootstrap(listener)), "t", "g-" + UUID.randomUUID(), access);
        return new RunningTrigger(RunningTrigger.mapping(source, new Batching(10, 0), FailurePolicy.USUAL), "a", folder, _ -> true,
                _ -> new Verdict.Handled());
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + 180_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, what);
            Thread.sleep(20);
        }
    }

    private static void reads(BrokerListener listener, KafkaAccess access) throws InterruptedException {
        try (RunningTrigger trigger = run(listener, access)) {
            await(listener + " " + access + ": " + trigger.lastResult(), () -> trigger.handled().equals(List.of("hello")));
        }
    }

    @Test
    void logsInByEachMechanismAndEncrypts() throws Exception {
        for (Mechanism mechanism : Mechanism.values()) {
            Optional<Login> login = Optional.of(new Login(mechanism, "login"));
            reads(BrokerListener.SASL_PLAINTEXT, new KafkaAccess(false, login, Optional.empty(), Optional.empty()));
            reads(BrokerListener.SASL_SSL, new KafkaAccess(true, login, Optional.of("ca"), Optional.empty()));
        }
        reads(BrokerListener.SSL, new KafkaAccess(true, Optional.empty(), Optional.of("ca"), Optional.empty()));
        reads(BrokerListener.SSL, new KafkaAccess(true, Optional.empty(), Optional.of("ca"), Optional.of("client")));
    }

    @Test
    void aWrongPasswordOrAMissingSecretIsSaidAndMayBePutRight() throws Exception {
        secret("later", login("guess"));
        try (RunningTrigger trigger = run(BrokerListener.SASL_PLAINTEXT, new KafkaAccess(false, Optional.of(new Login(Mechanism.PLAIN, "later")),
                Optional.empty(), Optional.empty()))) {
            await("the refusal", () -> trigger.lastResult().startsWith("PROBLEM: "));
            assertFalse(trigger.lastResult().contains("guess"), trigger.lastResult());
            secret("later", login(PASSWORD));
            await("the record", () -> trigger.handled().equals(List.of("hello")));
        }
        try (RunningTrigger trigger = run(BrokerListener.SASL_SSL, new KafkaAccess(true, Optional.of(new Login(Mechanism.PLAIN, "nothing")),
                Optional.of("ca"), Optional.empty()))) {
            await("the missing secret", () -> trigger.lastResult().contains("the secret 'nothing' is not there"));
        }
    }

    @Test
    void anUntrustedCertificateIsSaid() throws Exception {
        try (RunningTrigger trigger = run(BrokerListener.SSL, new KafkaAccess(true, Optional.empty(), Optional.empty(), Optional.empty()))) {
            await("the refusal and what helps", () -> trigger.lastResult().startsWith("PROBLEM: ") && trigger.lastResult().contains("SSL")
                    && trigger.lastResult().contains("--broker-ca"));
        }
    }
}
