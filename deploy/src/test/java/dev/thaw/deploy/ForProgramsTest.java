package dev.thaw.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What programs that run {@code thaw} rely on: JSON where it is asked for, nothing else beside it, and no colours where there is no terminal. */
class ForProgramsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** These print JSON always, go on until they are ended, give the terminal to a program, print a text that is wanted as it is, or change one file. */
    private static final Set<String> WITHOUT = Set.of("dev", "server", "run", "completion", "config get", "config set",
            "config unset", "config use", "warm");

    private final List<String> requests = new ArrayList<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (InputStream body = exchange.getRequestBody()) {
                requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + exchange.getRequestHeaders().getFirst("X-Amz-Invocation-Type")
                        + " " + new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
            String path = exchange.getRequestURI().getPath();
            String answer = path.endsWith("/dlq") ? "{\"deadLetters\":[{\"id\":\"a\"},{\"id\":\"gone\"},{\"id\":\"b\"}]}"
                    : path.endsWith("/whoami") ? "{\"key\":\"k\",\"role\":\"admin\",\"namespace\":\"default\",\"account\":\"000000000000\"}"
                    : path.endsWith("/v1/functions") ? "{\"functions\":[{\"name\":\"hello\"}]}"
                    : path.contains("nope") ? "{\"Message\":\"Function not found: arn:aws:lambda:us-east-1:000000000000:function:hello:nope\"}"
                    : path.endsWith("/keys") ? "{\"id\":\"k\",\"token\":\"secret\",\"role\":\"admin\",\"namespace\":\"default\"}" : "{}";
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("x-amzn-RequestId", "request-1");
            if (path.contains("/fails/")) {
                exchange.getResponseHeaders().add("X-Amz-Function-Error", "Unhandled");
            }
            exchange.sendResponseHeaders(path.contains("/gone/") || path.contains("nope") ? 404 : 200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Map<String, String> environment() {
        return Map.of("THAW_SERVER", "http://127.0.0.1:" + server.getAddress().getPort());
    }

    private Typed typed(String line) {
        return Typed.with(new byte[0], environment(), line.split(" "));
    }

    private static void leaves(CommandLine line, String path, Set<String> to) {
        if (line.getSubcommands().isEmpty()) {
            to.add(path);
        }
        line.getSubcommands().forEach((name, sub) -> leaves(sub, (path + " " + name).strip(), to));
    }

    @Test
    void everyCommandWithAResultPrintsItAsJson() {
        CommandLine root = ThawCommand.line(Terminal.of(InputStream.nullInputStream(), System.out, System.err, Map.of()));
        Set<String> all = new TreeSet<>();
        leaves(root, "", all);
        assertTrue(all.containsAll(WITHOUT), all.toString());
        for (String path : all) {
            CommandLine command = root;
            for (String name : path.split(" ")) {
                command = command.getSubcommands().get(name);
            }
            assertEquals(!WITHOUT.contains(path), command.getCommandSpec().findOption("--json") != null, path);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"delete f --json", "alias delete f live --json", "dlq delete a --json", "dlq redrive a b --json", "keys create --role admin --json",
        "keys whoami --json", "keys revoke 0123456789ab --json", "invoke f:live --async --json", "version --json", "list --json", "dlq list --json"})
    void jsonIsAllThatIsPrinted(String line) throws IOException {
        Typed typed = typed(line);
        assertEquals(0, typed.status(), typed.err());
        assertEquals("", typed.err());
        try (var values = JSON.readerFor(JsonNode.class).<JsonNode>readValues(typed.out())) {
            assertTrue(values.nextValue().isObject(), typed.out());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "invoke f:nope --json | 1 | 404 | Function not found",
        "dlq redrive gone --json | 1 | 404 | answered 404",
        "alias delete f --json | 2 | 0 | Missing required parameter: 'ALIAS'",
        "logs f -n x --json | 2 | 0 | 'x' is not a whole number",
        "list --json --server nonsense | 2 | 0 | is not a server's URL",
        "list --json --server http://127.0.0.1:1 | 1 | 0 | no Thaw server answers",
        "list --jsn --json | 2 | 0 | Unknown option: '--jsn'",
    })
    void errorsAreJsonWhereTheResultWouldBe(String line, int status, int http, String message) throws IOException {
        Typed typed = typed(line.strip());
        assertEquals(status, typed.status());
        assertEquals("", typed.out());
        JsonNode said = JSON.readTree(typed.err());
        assertEquals(status, said.path("exitStatus").asInt());
        assertEquals(http, said.path("httpStatus").asInt());
        assertTrue(said.path("error").asText().contains(message), typed.err());
    }

    @Test
    void aFunctionsOwnErrorIsInTheResultAlone() throws IOException {
        Typed typed = typed("invoke fails --json");
        assertEquals("", typed.err());
        assertEquals("Unhandled", JSON.readTree(typed.out()).path("functionError").asText());
        assertEquals(1, typed.status());
    }

    @Test
    void anAliasIsInvokedByItsNameAndAnEventIsLeftThere() {
        Typed typed = typed("invoke hello:live --async -d 1");
        assertEquals("request-1\n", typed.out());
        assertEquals("POST /2015-03-31/functions/hello%3Alive/invocations Event 1", requests.getLast());
        assertEquals(2, typed("invoke hello:a:b").status());
        typed("invoke hello:$LATEST");
        assertEquals("POST /2015-03-31/functions/hello%3A%24LATEST/invocations null {}", requests.getLast());
        Typed none = typed("invoke hello:nope");
        assertTrue(none.status() == 1 && none.err().contains("`thaw versions hello` shows them"), none.err());
    }

    @Test
    void whatIsGoneMeanwhileDoesNotEndTheRedriveOfAll() throws IOException {
        assertEquals("[\"a\",\"b\"]", JSON.readTree(typed("dlq redrive --all --json").out()).path("redriven").toString());
        assertEquals(1, typed("dlq redrive gone").status(), "named by the user it is an error");
    }

    @Test
    void coloursAreForTerminals() {
        for (boolean terminal : new boolean[] {false, true}) {
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            Terminal ends = new Terminal(new ByteArrayInputStream(new byte[0]), new PrintStream(out, true), new PrintStream(err, true), terminal, terminal,
                    environment());
            ThawCommand.execute(ends, "nosuch");
            ThawCommand.execute(ends, "invoke", "--help");
            assertEquals(terminal, err.toString(StandardCharsets.UTF_8).contains("\u001b["));
            assertEquals(terminal, out.toString(StandardCharsets.UTF_8).contains("\u001b["));
        }
        assertFalse(typed("nosuch").err().contains("\u001b["));
    }
}
