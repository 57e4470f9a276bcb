package dev.thaw.invoker.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpEventTest {
    private static String request(String payload) throws BadRequestException {
        Event event = new Event("id-1", payload.getBytes(StandardCharsets.UTF_8), 0, "arn", Optional.empty(), Optional.of("Root=1"));
        return new String(HttpEvent.of(event).bytes(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void aFunctionUrlsEventBecomesItsRequest() throws Exception {
        assertEquals("GET /a%20b?x=1&y HTTP/1.1\r\nHost: example.com\r\naccept: */*\r\nx-forwarded-for: 10.0.0.1, 192.0.2.7\r\n"
                + "cookie: a=1; b=2\r\nx-forwarded-proto: http\r\nx-amzn-requestid: id-1\r\nx-amzn-trace-id: Root=1\r\n"
                + "Connection: close\r\n\r\n", request("""
                {"version": "2.0", "rawPath": "/a%20b", "rawQueryString": "x=1&y", "cookies": ["a=1", "b=2"],
                 "headers": {"host": "example.com", "Accept": "*/*", "connection": "keep-alive", "content-length": "3",
                             "x-forwarded-for": "10.0.0.1"},
                 "requestContext": {"http": {"method": "GET", "sourceIp": "192.0.2.7"}}}"""));
    }

    @Test
    void aBodyInBase64IsDecoded() throws Exception {
        assertEquals("PUT / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nx-forwarded-proto: http\r\nx-amzn-requestid: id-1\r\n"
                + "x-amzn-trace-id: Root=1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n\0\u00ff", request("""
                {"version": "2.0", "rawPath": "/", "body": "AP8=", "isBase64Encoded": true,
                 "requestContext": {"http": {"method": "PUT"}}}"""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"n\": 1}", "[]", "null", "no JSON", ""})
    void anyOtherEventIsPosted(String payload) throws Exception {
        assertEquals("POST / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\ncontent-type: application/json\r\nx-amzn-requestid: id-1\r\n"
                + "x-amzn-trace-id: Root=1\r\nContent-Length: " + payload.length() + "\r\nConnection: close\r\n\r\n" + payload,
                request(payload));
    }

    @Test
    void aHeaderBeginsNoOther() throws Exception {
        String request = request("""
                {"version": "2.0", "headers": {"a": "b\\r\\nInjected: yes"}, "requestContext": {"http": {"method": "GET"}}}""");
        assertEquals(true, request.contains("\r\na: b  Injected: yes\r\n"), request);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"version\": \"2.0\", \"rawPath\": \"/ HTTP/1.1\", \"requestContext\": {\"http\": {\"method\": \"GET\"}}}",
        "{\"version\": \"2.0\", \"rawQueryString\": \"a\\r\\nb\", \"requestContext\": {\"http\": {\"method\": \"GET\"}}}",
        "{\"version\": \"2.0\", \"requestContext\": {\"http\": {\"method\": \"GET / HTTP/1.1\"}}}",
        "{\"version\": \"2.0\", \"headers\": {\"a b\": \"c\"}, \"requestContext\": {\"http\": {\"method\": \"GET\"}}}",
        "{\"version\": \"2.0\", \"body\": \"%\", \"isBase64Encoded\": true, \"requestContext\": {\"http\": {\"method\": \"GET\"}}}"})
    void whatIsNoRequestIsRefused(String event) {
        assertThrows(BadRequestException.class, () -> request(event));
    }
}
