package dev.thaw.controlplane.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionUrlReplyTest {
    private static FunctionUrlReply reply(String json) throws FunctionUrlReply.Malformed {
        return FunctionUrlReply.of(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String body(String json) throws FunctionUrlReply.Malformed {
        return new String(reply(json).body(), StandardCharsets.UTF_8);
    }

    @Test
    void takesAnObjectWithAStatusCodeAsTheResponse() throws Exception {
        FunctionUrlReply reply = reply("""
                {"statusCode": 201, "headers": {"X-A": "b", "X-N": 3}, "cookies": ["a=1", "b=2"], "body": "aGk=", "isBase64Encoded": true}""");
        assertEquals(201, reply.status());
        assertEquals("hi", new String(reply.body(), StandardCharsets.UTF_8));
        assertEquals(List.of(Map.entry("X-A", "b"), Map.entry("X-N", "3"), Map.entry("Content-Type", "application/json"),
                Map.entry("Set-Cookie", "a=1"), Map.entry("Set-Cookie", "b=2")), reply.headers());
    }

    @Test
    void takesOtherJsonAsTheBodyOfA200() throws Exception {
        assertEquals("{\"a\": 1}", body("{\"a\": 1}"));
        assertEquals("[1]", body("[1]"));
        assertEquals("null", body("null"));
        assertEquals("text \"x\"", body("\"text \\\"x\\\"\""));
        assertEquals(List.of(Map.entry("Content-Type", "application/json")), reply("{}").headers());
    }

    @Test
    void takesOutputThatIsNoJsonAsItIs() throws Exception {
        assertEquals("hello world\n", body("hello world\n"));
        assertEquals(List.of(Map.entry("Content-Type", "text/plain; charset=utf-8")), reply("hello world").headers());
        assertEquals(List.of(Map.entry("Content-Type", "application/octet-stream")),
                FunctionUrlReply.of(new byte[] {(byte) 0xff, 0}).headers());
    }

    @Test
    void dropsHeadersOfTheConnection() throws Exception {
        assertEquals(List.of(Map.entry("content-type", "a/b")), reply("""
                {"statusCode": 200, "headers": {"Connection": "close", "transfer-encoding": "chunked", "Content-Length": "5",
                "content-type": "a/b"}}""").headers());
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "{\"statusCode\": 99}", "{\"statusCode\": 600}", "{\"statusCode\": \"200\"}", "{\"statusCode\": null}",
            "{\"statusCode\": 200, \"headers\": []}", "{\"statusCode\": 200, \"headers\": {\"a b\": \"c\"}}",
            "{\"statusCode\": 200, \"headers\": {\"a\": \"b\\r\\nc: d\"}}", "{\"statusCode\": 200, \"headers\": {\"a\": null}}",
            "{\"statusCode\": 200, \"headers\": {\"a\": [\"b\"]}}", "{\"statusCode\": 200, \"cookies\": \"a=1\"}",
            "{\"statusCode\": 200, \"cookies\": [\"a=1\\n\"]}", "{\"statusCode\": 200, \"body\": {}}",
            "{\"statusCode\": 200, \"body\": \"?\", \"isBase64Encoded\": true}"})
    void refusesWhatHttpCannotCarry(String json) {
        assertThrows(FunctionUrlReply.Malformed.class, () -> reply(json));
    }
}
