package dev.thaw.deploy.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.thaw.deploy.Kvm;
import dev.thaw.deploy.ServerProcess;
import dev.thaw.deploy.Typed;
import dev.thaw.harness.LocalBroker;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that gets SIGTERM while requests run and wait, events run and wait, and records of a topic are being handled. */
@Timeout(600)
class DrainOfEverythingTest {
    /** Two at once, a second each: so that some are left when the server is told to end. */
    private static final int RECORDS = 50;
    private static final int EVENTS = 50;
    private static final int REQUESTS = 8;
    /** Kept here: java.util.logging forgets the level of a logger that nobody has. */
    private static final Logger CLIENTS = Logger.getLogger("org.apache.kafka");

    @TempDir
    private Path folder;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static void deploy(ServerProcess server, Path home, String name) throws Exception {
        Files.createDirectories(home);
        Files.writeString(home.resolve("function.yaml"), "name: " + name + "\nruntime: python3\nhandler: app.handler\nmemory: 64\ntimeout: 60s\nmaxConcurrency: 2\n");
        Files.writeString(home.resolve("app.py"), """
                import base64, time
                def handler(event, context):
                    for records in event.get('records', {}).values():
                        for record in records:
                            print('handled <' + base64.b64decode(record['value']).decode() + '>')
                    if 'n' in event:
                        print('handled <' + event['n'] + '>')
                    time.sleep(1)
                """);
        Typed typed = Typed.with(new byte[0], Map.of("THAW_SERVER", server.url()), "deploy", home.toString());
        assertEquals(0, typed.status(), typed.err());
    }

    private CompletableFuture<HttpResponse<String>> send(ServerProcess server, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path)).POST(BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.sendAsync(request.build(), BodyHandlers.ofString());
    }

    private static int handled(ServerProcess server, String function, String what) {
        String log = Typed.with(new byte[0], Map.of("THAW_SERVER", server.url()), "logs", function, "--tail", "1000").out();
        return log.split("handled <" + what + ">", -1).length - 1;
    }

    @Test
    void everyRequestIsAnsweredAndNoEventAndNoRecordIsLostOrHandledTwice() throws Exception {
        Kvm.needed();
        CLIENTS.setLevel(Level.OFF);
        try (LocalBroker broker = LocalBroker.start(folder.resolve("broker"))) {
            broker.topic("things", 2);
            List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
            ServerProcess server = ServerProcess.start(folder.resolve("data"), "--drain", "120s");
            try {
                for (String name : List.of("asked", "told", "fed")) {
                    deploy(server, folder.resolve(name), name);
                }
                assertEquals(202, send(server, "/2015-03-31/event-source-mappings", """
                        {"FunctionName": "fed", "SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["%s"]}}, "Topics": ["things"],
                         "StartingPosition": "TRIM_HORIZON", "BatchSize": 1}""".formatted(broker.bootstrap())).get().statusCode());
                try (KafkaProducer<String, String> producer = new KafkaProducer<>(broker.client(), new StringSerializer(), new StringSerializer())) {
                    for (int i = 0; i < RECORDS; i++) {
                        producer.send(new ProducerRecord<>("things", "k" + i, "r" + i));
                    }
                }
                for (int i = 0; i < EVENTS; i++) {
                    assertEquals(202, send(server, "/2015-03-31/functions/told/invocations", "{\"n\": \"e" + i + "\"}", "X-Amz-Invocation-Type", "Event")
                            .get().statusCode());
                }
                while (handled(server, "fed", "r[0-9]+") < 2 || handled(server, "told", "e[0-9]+") < 2) {
                    Thread.sleep(50);
                }
                for (int i = 0; i < REQUESTS; i++) {
                    asked.add(send(server, "/2015-03-31/functions/asked/invocations", "{\"n\": \"s" + i + "\"}"));
                }
                while (handled(server, "asked", "s[0-9]+") < 2) {
                    Thread.sleep(20);
                }
                server.terminate();
                for (CompletableFuture<HttpResponse<String>> each : asked) {
                    assertEquals(200, each.get().statusCode(), each.get().body());
                }
                assertEquals(0, server.exitStatus(), "it ended by itself, with everything answered");
            } finally {
                server.kill();
            }
            try (ServerProcess next = ServerProcess.start(folder.resolve("data"))) {
                // Usually half; on a machine so busy that it began all in time, what is held below still has to hold.
                System.out.printf("left to do: %d records, %d events%n", RECORDS - handled(next, "fed", "r[0-9]+"), EVENTS - handled(next, "told", "e[0-9]+"));
                while (handled(next, "fed", "r[0-9]+") < RECORDS || handled(next, "told", "e[0-9]+") < EVENTS) {
                    Thread.sleep(100);
                }
                for (int i = 0; i < RECORDS; i++) {
                    assertEquals(1, handled(next, "fed", "r" + i), "record " + i);
                }
                for (int i = 0; i < EVENTS; i++) {
                    assertEquals(1, handled(next, "told", "e" + i), "event " + i);
                }
            }
        }
    }
}
