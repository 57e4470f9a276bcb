package dev.thaw.invoker.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.linux.net.ServiceConnection;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LambdaRuntimeApiTest {
    private static final String BASE = "/2018-06-01/runtime/";

    /** The guest's side of a connection: keeps what it was sent. */
    private static final class Guest implements ServiceConnection {
        private final int id;
        private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
        private boolean closed;

        Guest(int id) {
            this.id = id;
        }

        @Override
        public int id() {
            return id;
        }

        @Override
        public void send(byte[] bytes) {
            sent.writeBytes(bytes);
        }

        @Override
        public void close() {
            closed = true;
        }

        String take() {
            String text = sent.toString(StandardCharsets.UTF_8);
            sent.reset();
            return text;
        }
    }

    private final LambdaRuntimeApi api = new LambdaRuntimeApi();
    private final Guest guest = new Guest(7);

    @BeforeEach
    void connect() {
        api.connected(guest);
    }

    private static Event event(String id, String payload) {
        return new Event(id, payload.getBytes(StandardCharsets.UTF_8), 1234567890123L, "arn:fn",
                Optional.of("{\"a\":\n\"b\"}"), Optional.empty());
    }

    private void send(String text) {
        api.received(guest, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void get(String path) {
        send("GET " + BASE + path + " HTTP/1.1\r\nHost: 127.0.0.1:9001\r\n\r\n");
    }

    private void post(String path, String body, String... headers) {
        send("POST " + BASE + path + " HTTP/1.1\r\nContent-Length: " + body.length() + "\r\n"
                + String.join("", List.of(headers)) + "\r\n" + body);
    }

    private int status() {
        String answer = guest.take();
        return answer.isEmpty() ? 0 : Integer.parseInt(answer.substring(9, 12));
    }

    private Answer answer() {
        return api.answer().orElseThrow();
    }

    private void running() {
        get("invocation/next");
        api.offer(event("id-1", "{}"));
        guest.take();
    }

    @Test
    void holdsNextUntilAnEventIsOffered() {
        get("invocation/next");
        assertEquals("", guest.take());
        assertTrue(api.ready());
        api.offer(event("id-1", "{\"k\":1}"));
        assertFalse(api.ready());
        assertEquals("""
                HTTP/1.1 200 OK\r
                Content-Type: application/json\r
                Content-Length: 7\r
                Lambda-Runtime-Aws-Request-Id: id-1\r
                Lambda-Runtime-Deadline-Ms: 1234567890123\r
                Lambda-Runtime-Invoked-Function-Arn: arn:fn\r
                Lambda-Runtime-Client-Context: {"a": "b"}\r
                \r
                {"k":1}""", guest.take());
    }

    @Test
    void takesAResponseAndTellsOnce() {
        AtomicInteger told = new AtomicInteger();
        api.whenAnswered(told::incrementAndGet);
        running();
        post("invocation/id-1/response", "\"ok\"");
        assertEquals(202, status());
        assertArrayEquals("\"ok\"".getBytes(StandardCharsets.US_ASCII),
                assertInstanceOf(Answer.Response.class, answer()).payload());
        assertEquals(1, told.get());
        post("invocation/id-1/response", "again");
        assertEquals(403, status());
        get("invocation/next");
        assertTrue(api.ready());
        api.offer(event("id-2", "{}"));
        assertEquals(Optional.empty(), api.answer());
    }

    @Test
    void takesAResponseAndTheNextRequestInOnePacket() {
        running();
        send("POST " + BASE + "invocation/id-1/response HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}GET " + BASE
                + "invocation/next HTTP/1.1\r\n\r\n");
        assertEquals(202, status());
        assertTrue(api.ready());
    }

    @Test
    void readsRequestsThatComeByteByByte() {
        running();
        String request = "POST " + BASE + "invocation/id-1/response HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n";
        request.chars().forEach(c -> send(String.valueOf((char) c)));
        assertEquals("abcde", new String(assertInstanceOf(Answer.Response.class, answer()).payload(), StandardCharsets.US_ASCII));
    }

    @Test
    void answersExpectContinue() {
        running();
        send("POST " + BASE + "invocation/id-1/response HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
        assertEquals("HTTP/1.1 100 Continue\r\n\r\n", guest.take());
        send("{}");
        assertEquals(202, status());
    }

    @Test
    void refusesStepsOutOfTurn() {
        post("invocation/id-1/response", "{}");
        assertEquals(400, status());
        post("restore/error", "{}");
        assertEquals(403, status());
        running();
        get("invocation/next");
        assertEquals(403, status());
        get("restore/next");
        assertEquals(403, status());
        post("invocation/other/response", "{}");
        assertEquals(400, status());
        post("init/error", "{}");
        assertEquals(403, status());
        get("nonsense");
        assertEquals(404, status());
        post("invocation/next", "");
        assertEquals(405, status());
        post("invocation/id-1/response", "{}", "Lambda-Runtime-Function-Response-Mode: odd\r\n");
        assertEquals(400, status());
    }

    @Test
    void takesErrorsOfEachStage() {
        running();
        post("invocation/id-1/error", "{\"errorMessage\":\"m\",\"errorType\":\"ValueError\"}");
        assertEquals(202, status());
        assertEquals("ValueError", assertInstanceOf(Answer.Error.class, answer()).errorType());
        LambdaRuntimeApi other = new LambdaRuntimeApi();
        other.connected(guest);
        other.received(guest, ("POST " + BASE + "init/error HTTP/1.1\r\nLambda-Runtime-Function-Error-Type: Runtime.X\r\n"
                + "Content-Length: 3\r\n\r\nfoo").getBytes(StandardCharsets.US_ASCII));
        Answer.Error error = assertInstanceOf(Answer.Error.class, other.answer().orElseThrow());
        assertEquals(Answer.Stage.INIT, error.stage());
        assertEquals("Runtime.X", error.errorType());
        assertTrue(new String(error.payload(), StandardCharsets.UTF_8).contains("\"errorType\":\"Runtime.X\""));
    }

    @Test
    void takesAnErrorInTheTrailersOfAStream() {
        running();
        send("POST " + BASE + "invocation/id-1/response HTTP/1.1\r\nLambda-Runtime-Function-Response-Mode: streaming\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nLambda-Runtime-Function-Error-Type: Function.Broke\r\n"
                + "Lambda-Runtime-Function-Error-Body: eyJlcnJvck1lc3NhZ2UiOiJoIn0=\r\n\r\n");
        Answer.Error error = assertInstanceOf(Answer.Error.class, answer());
        assertEquals("Function.Broke", error.errorType());
        assertEquals("{\"errorMessage\":\"h\"}", new String(error.payload(), StandardCharsets.UTF_8));
    }

    @Test
    void countsAResponseThatIsTooLargeAndKeepsNothingOfIt() {
        running();
        send("POST " + BASE + "invocation/id-1/response HTTP/1.1\r\nContent-Length: " + (7 << 20) + "\r\n\r\n");
        for (int i = 0; i < 7; i++) {
            api.received(guest, new byte[1 << 20]);
        }
        assertEquals(413, status());
        assertEquals(7 << 20, assertInstanceOf(Answer.TooLarge.class, answer()).bytes());
    }

    @Test
    void goesThroughTheRestoreProtocol() {
        get("restore/next");
        assertTrue(api.ready());
        api.offer(event("id-1", "{}"));
        assertTrue(guest.take().startsWith("HTTP/1.1 200 OK"));
        assertFalse(api.ready());
        get("invocation/next");
        assertTrue(guest.take().contains("Aws-Request-Id: id-1"));
        post("invocation/id-1/response", "{}");
        assertEquals(202, status());
    }

    @Test
    void reportsAFailedRestore() {
        get("restore/next");
        api.offer(event("id-1", "{}"));
        guest.take();
        post("restore/error", "{\"errorType\":\"Hook\",\"errorMessage\":\"\"}");
        assertEquals(202, status());
        assertEquals(Answer.Stage.RESTORE, assertInstanceOf(Answer.Error.class, answer()).stage());
        get("invocation/next");
        assertEquals(403, status());
    }

    @Test
    void goesOnInAnotherVmAfterAFreeze() {
        get("invocation/next");
        Guest torn = new Guest(8);
        api.connected(torn);
        api.received(torn, "GET /half".getBytes(StandardCharsets.US_ASCII));
        byte[] state = api.save();
        LambdaRuntimeApi thawed = new LambdaRuntimeApi();
        Guest again = new Guest(7);
        Guest tornAgain = new Guest(8);
        thawed.load(state, List.of(again, tornAgain));
        assertTrue(thawed.ready());
        assertTrue(tornAgain.closed);
        thawed.offer(event("id-9", "[]"));
        assertTrue(again.take().endsWith("\r\n\r\n[]"));
    }

    @Test
    void takesNextAgainWhenTheWaitingConnectionWasClosed() {
        get("invocation/next");
        api.closed(guest);
        assertFalse(api.ready());
        Guest second = new Guest(8);
        api.connected(second);
        api.received(second, ("GET " + BASE + "invocation/next HTTP/1.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        assertTrue(api.ready());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "nonsense\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nA : b\r\n\r\n",
        "GET / HTTP/1.1\r\n folded\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n"})
    void endsAConnectionThatSpeaksNoHttp(String text) {
        send(text);
        assertTrue(guest.closed, text);
        assertTrue(status() >= 400);
    }

    @Test
    void boundsWhatItKeeps() {
        send("GET / HTTP/1.1\r\nA: " + "x".repeat(HttpRequestParser.MAX_HEAD));
        assertTrue(guest.closed);
        Guest second = new Guest(8);
        api.connected(second);
        api.received(second, ("GET " + BASE + "invocation/next HTTP/1.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < 70; i++) {
            api.received(second, new byte[1024]);
        }
        assertTrue(second.closed);
    }
}
