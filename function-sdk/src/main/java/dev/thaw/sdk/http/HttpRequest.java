package dev.thaw.sdk.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request to the function's URL, https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html. Jackson makes it from the
 * event; what the event lacks is empty.
 *
 * @param rawPath below the function's URL, percent-encoded
 * @param rawQueryString without the question mark, percent-encoded
 * @param headers by lower-case name
 * @param queryStringParameters decoded; several values of one name separated by commas
 * @param body text, or base64 of bytes: see {@link #bytes} and {@link #text}
 */
public record HttpRequest(String rawPath, String rawQueryString, Map<String, String> headers,
        Map<String, String> queryStringParameters, RequestContext requestContext, String body, boolean isBase64Encoded) {
    /** As the event has it. */
    public record RequestContext(Http http) {}

    /** As the event has it. */
    public record Http(String method, String path, String sourceIp, String userAgent) {}

    /** Puts what is empty where the event has nothing. */
    public HttpRequest {
        rawPath = rawPath == null ? "/" : rawPath;
        rawQueryString = rawQueryString == null ? "" : rawQueryString;
        headers = headers == null ? Map.of() : headers;
        queryStringParameters = queryStringParameters == null ? Map.of() : queryStringParameters;
        body = body == null ? "" : body;
    }

    /** GET if the event names none, as an event that did not come over HTTP. */
    public String method() {
        return requestContext == null || requestContext.http() == null || requestContext.http().method() == null
                ? "GET" : requestContext.http().method();
    }

    /** Whatever its name's case. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    /** Of the query string. */
    public Optional<String> query(String name) {
        return Optional.ofNullable(queryStringParameters.get(name));
    }

    /** The body. Throws an IllegalArgumentException if it says that it is base64 and is not. */
    public byte[] bytes() {
        return isBase64Encoded ? Base64.getDecoder().decode(body) : body.getBytes(StandardCharsets.UTF_8);
    }

    /** The body as UTF-8. */
    public String text() {
        return isBase64Encoded ? new String(bytes(), StandardCharsets.UTF_8) : body;
    }
}
