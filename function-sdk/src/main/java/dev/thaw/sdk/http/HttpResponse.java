package dev.thaw.sdk.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * What a function URL answers.
 *
 * @param statusCode 100 to 599
 * @param headers by name
 * @param body text, or base64 of bytes
 * @param isBase64Encoded which of the two
 */
public record HttpResponse(int statusCode, Map<String, String> headers, String body,
        @JsonProperty("isBase64Encoded") boolean isBase64Encoded) {
    /** A text of some type, such as {@code text/plain; charset=utf-8} or {@code application/json}. */
    public static HttpResponse text(int statusCode, String contentType, String body) {
        return new HttpResponse(statusCode, Map.of("content-type", contentType), body, false);
    }

    /** Bytes of some type, such as {@code application/pdf}. */
    public static HttpResponse bytes(int statusCode, String contentType, byte[] body) {
        return new HttpResponse(statusCode, Map.of("content-type", contentType), Base64.getEncoder().encodeToString(body), true);
    }

    /** The same with one more header. */
    public HttpResponse with(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new HttpResponse(statusCode, Map.copyOf(more), body, isBase64Encoded);
    }
}
