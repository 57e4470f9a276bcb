package dev.thaw.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code thaw triggers} sends and shows; that a server understands it is held in {@code lambda}. */
class TriggersCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ID = "3f2a5b54-0000-4000-8000-000000000001";
    private static final String ONE = "{\"UUID\":\"" + ID + "\",\"EventSourceMappingArn\":\"arn:aws:lambda:us-east-1:000000000000:event-source-mapping:" + ID
            + "\",\"FunctionArn\":\"arn:aws:lambda:us-east-1:000000000000:function:hello:live\",\"Topics\":[\"orders\"],\"State\":\"Enabled\","
            + "\"LastProcessingResult\":\"OK\",\"SelfManagedKafkaEventSourceConfig\":{\"ConsumerGroupId\":\"" + ID + "\"},"
            + "\"SourceAccessConfigurations\":[{\"Type\":\"BASIC_AUTH\",\"URI\":\"secret:old\"},{\"Type\":\"SERVER_ROOT_CA_CERTIFICATE\",\"URI\":\"secret:ca\"}]}";
    private static final String OTHER = ONE.replace(ID, "3f9a5b54-0000-4000-8000-000000000002").replace("hello:live", "bye");

    private final List<String> requests = new ArrayList<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String path = exchange.getRequestURI().toString();
            requests.add((exchange.getRequestMethod() + " " + path + " " + body).strip());
            String answer = path.startsWith("/2017-03-31/tags") ? "{\"Tags\":{\"thaw:format\":\"lambda\"}}"
                    : exchange.getRequestMethod().equals("GET") ? page(path) : ONE;
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    private static String page(String path) {
        return path.contains("Marker=next") ? "{\"EventSourceMappings\":[" + OTHER + "]}" : "{\"EventSourceMappings\":[" + ONE + "],\"NextMarker\":\"next\"}";
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Typed typed(String... arguments) {
        return Typed.with(new byte[0], Map.of("THAW_SERVER", "http://127.0.0.1:" + server.getAddress().getPort()), arguments);
    }

    private JsonNode sent(String begins) throws IOException {
        String last = requests.getLast();
        assertTrue(last.startsWith(begins), last);
        return JSON.readTree(last.substring(begins.length()));
    }

    @Test
    void listsAllPagesInColumns() {
        String[] lines = typed("triggers", "list").out().split("\n");
        assertEquals(3, lines.length);
        assertTrue(lines[0].startsWith("ID "), lines[0]);
        assertTrue(lines[1].matches(ID + "  hello:live  orders  \\(its id\\)  Enabled  OK"), lines[1]);
        assertTrue(lines[2].contains("  bye "), lines[2]);
        assertEquals(2, typed("triggers", "list", "--json", "--function", "a:b").out().split("\n").length);
        assertTrue(requests.getLast().contains("&FunctionName=a%3Ab"), requests.getLast());
    }

    @Test
    void createsWhatIsSaidAndNothingElse() throws IOException {
        Typed made = typed("triggers", "create", "hello", "--brokers", "h1:9092,h2:9092", "--topic", "orders");
        assertEquals(ID + "\n", made.out());
        assertTrue(made.err().contains("orders -> hello:live") && made.err().contains("thaw triggers show 3f2a5b54"), made.err());
        assertEquals("{\"FunctionName\":\"hello\",\"Enabled\":true,\"Topics\":[\"orders\"],\"SelfManagedEventSource\":{\"Endpoints\":{\"KAFKA_BOOTSTRAP_SERVERS\":"
                + "[\"h1:9092\",\"h2:9092\"]}},\"StartingPosition\":\"TRIM_HORIZON\"}", sent("POST /2015-03-31/event-source-mappings ").toString());
        typed("triggers", "create", "hello", "--brokers", "h:1", "--topic", "t", "--group", "g", "--from", "2026-01-31T12:00:00Z", "--batch", "5", "--window", "2",
                "--retries", "-1", "--max-age", "2m", "--bisect", "--item-failures", "--on-failure", "kafka://bad", "--filter", "{\"key\":[\"a\"]}", "--filter",
                "{\"key\":[\"b\"]}", "--format", "cloudevents", "--broker-login", "scram-sha-512:kafka", "--broker-ca", "ca", "--broker-certificate", "me", "--broker-tls", "on", "--disabled");
        JsonNode all = sent("POST /2015-03-31/event-source-mappings ");
        assertEquals("1.7698608E9 5 2 -1 120 true [\"ReportBatchItemFailures\"] false", all.path("StartingPositionTimestamp") + " " + all.path("BatchSize") + " "
                + all.path("MaximumBatchingWindowInSeconds") + " " + all.path("MaximumRetryAttempts") + " " + all.path("MaximumRecordAgeInSeconds") + " "
                + all.path("BisectBatchOnFunctionError") + " " + all.path("FunctionResponseTypes") + " " + all.path("Enabled"));
        assertEquals("[{\"Type\":\"SASL_SCRAM_512_AUTH\",\"URI\":\"secret:kafka\"},{\"Type\":\"SERVER_ROOT_CA_CERTIFICATE\",\"URI\":\"secret:ca\"},"
                + "{\"Type\":\"CLIENT_CERTIFICATE_TLS_AUTH\",\"URI\":\"secret:me\"}]", all.path("SourceAccessConfigurations").toString());
        assertEquals("{\"thaw:format\":\"cloudevents\",\"thaw:tls\":\"on\"}", all.path("Tags").toString());
        assertEquals("kafka://bad 2", all.at("/DestinationConfig/OnFailure/Destination").asText() + " " + all.at("/FilterCriteria/Filters").size());
    }

    @Test
    void changesWhatIsSaidOfTheOneThatAnIdBegins() throws IOException {
        assertEquals(0, typed("triggers", "update", "3F2A", "--batch", "9", "--no-item-failures", "--on-failure", "none", "--filter", "none", "--broker-login",
                "scram-sha-256:new").status());
        assertEquals("{\"BatchSize\":9,\"FunctionResponseTypes\":[],\"DestinationConfig\":{\"OnFailure\":{\"Destination\":\"\"}},\"FilterCriteria\":{\"Filters\":[]},"
                + "\"SourceAccessConfigurations\":[{\"Type\":\"SERVER_ROOT_CA_CERTIFICATE\",\"URI\":\"secret:ca\"},{\"Type\":\"SASL_SCRAM_256_AUTH\","
                + "\"URI\":\"secret:new\"}]}", sent("PUT /2015-03-31/event-source-mappings/" + ID + " ").toString());
        typed("triggers", "update", ID, "--format", "cloudevents");
        assertEquals("{\"Tags\":{\"thaw:format\":\"cloudevents\"}}", sent("POST /2017-03-31/tags/arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Aevent-source-mapping%3A"
                + ID + " ").toString());
        typed("triggers", "disable", "3f2a");
        assertEquals("{\"Enabled\":false}", sent("PUT /2015-03-31/event-source-mappings/" + ID + " ").toString());
        typed("triggers", "enable", "3f2a");
        assertEquals("{\"Enabled\":true}", sent("PUT /2015-03-31/event-source-mappings/" + ID + " ").toString());
        assertEquals("thaw: deleted " + ID + "\n", typed("triggers", "delete", "3f2a").err());
        assertEquals("DELETE /2015-03-31/event-source-mappings/" + ID, requests.getLast());
        assertTrue(typed("triggers", "show", "3f2a").out().contains("\"thaw:format\" : \"lambda\""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "2 | show nonsense | `thaw triggers list` shows them", "1 | show 7 | there is no trigger 7", "1 | show 3f | 2 triggers begin with 3f",
        "2 | update 3f2a | nothing to change", "2 | update 3f2a --broker-login kafka | plain, scram-sha-256, scram-sha-512", "2 | create hello --topic t | --brokers",
        "2 | create hello --brokers h:1 --topic t --from yesterday | 2026-01-31T12:00:00Z", "2 | create hello --brokers h:1 --topic t --batch x | --batch",
    })
    void wrongUsageSaysWhatIsRight(int status, String line, String expected) {
        Typed typed = typed(("triggers " + line.strip()).split(" "));
        assertEquals(status, typed.status(), typed.err());
        assertTrue(typed.err().contains(expected.strip()), typed.err());
    }
}
