package dev.thaw.invoker.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpResponseParserTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The response, fed byte by byte and at once. */
    private static String body(String response, boolean head, boolean ends) throws BadResponseException {
        HttpResponseParser slow = new HttpResponseParser(head, 100);
        boolean whole = false;
        for (byte b : bytes(response)) {
            assertFalse(whole, "whole before its last byte");
            whole = slow.feed(new byte[] {b});
        }
        HttpResponseParser quick = new HttpResponseParser(head, 100);
        assertEquals(whole, quick.feed(bytes(response)));
        assertEquals(!ends, whole);
        if (ends) {
            slow.end();
            quick.end();
        }
        String body = new String(slow.reply().body(), StandardCharsets.ISO_8859_1);
        assertEquals(body, new String(quick.reply().body(), StandardCharsets.ISO_8859_1));
        return body;
    }

    @Test
    void readsEveryKindOfBody() throws Exception {
        assertEquals("hello", body("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", false, false));
        assertEquals("", body("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false, false));
        assertEquals("hello world", body("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nTrailer: x\r\n\r\n", false, false));
        assertEquals("to the end", body("HTTP/1.0 200 OK\r\n\r\nto the end", false, true));
        assertEquals("", body("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", true, false));
        assertEquals("", body("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", false, false));
        assertEquals("x", body("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103\r\nLink: a\r\n\r\nHTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx",
                false, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/2 200 OK\r\n", "HTTP/1.1 99 Low\r\n", "HTTP/1.1 101 Switching Protocols\r\n", "nonsense\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n", "HTTP/1.1 200 OK\r\nbad name: x\r\n", "HTTP/1.1 200 OK\r\nA: b\rc\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n"})
    void refusesWhatIsNoResponse(String response) {
        assertThrows(BadResponseException.class, () -> new HttpResponseParser(false, 100).feed(bytes(response)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"})
    void noticesAResponseThatIsCutOff(String response) throws Exception {
        HttpResponseParser parser = new HttpResponseParser(false, 100);
        assertFalse(parser.feed(bytes(response)));
        assertThrows(BadResponseException.class, parser::end);
    }

    @Test
    void boundsWhatItKeeps() throws Exception {
        HttpResponseParser body = new HttpResponseParser(false, 10);
        assertTrue(body.feed(bytes("HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n" + "x".repeat(11))));
        assertEquals(11, body.bodyBytes());
        assertEquals(0, body.reply().body().length);
        assertThrows(BadResponseException.class,
                () -> new HttpResponseParser(false, 10).feed(bytes("HTTP/1.1 200 OK\r\nA: " + "x".repeat(1 << 17))));
        assertThrows(BadResponseException.class,
                () -> new HttpResponseParser(false, 10).feed(bytes("HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(300))));
        assertThrows(BadResponseException.class,
                () -> new HttpResponseParser(false, 10).feed(bytes("HTTP/1.1 100 Continue\r\n\r\n".repeat(100))));
    }

    @Test
    void becomesTheAnswerOfAFunctionUrl() {
        HttpReply text = new HttpReply(201, List.of(Map.entry("Content-Type", "application/json"), Map.entry("Set-Cookie", "a=1"),
                Map.entry("set-cookie", "b=2"), Map.entry("Vary", "x"), Map.entry("vary", "y")), bytes("{}"));
        assertEquals("{\"statusCode\":201,\"headers\":{\"Content-Type\":\"application/json\",\"Vary\":\"x, y\"},"
                + "\"cookies\":[\"a=1\",\"b=2\"],\"body\":\"{}\",\"isBase64Encoded\":false}", new String(text.json()));
        HttpReply binary = new HttpReply(200, List.of(Map.entry("Content-Type", "text/plain")), new byte[] {(byte) 0xff});
        assertEquals("{\"statusCode\":200,\"headers\":{\"Content-Type\":\"text/plain\"},\"body\":\"/w==\",\"isBase64Encoded\":true}",
                new String(binary.json()));
        HttpReply empty = new HttpReply(204, List.of(), new byte[0]);
        assertEquals("{\"statusCode\":204,\"headers\":{},\"isBase64Encoded\":false}", new String(empty.json()));
    }
}
