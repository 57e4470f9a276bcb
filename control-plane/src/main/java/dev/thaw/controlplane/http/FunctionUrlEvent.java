package dev.thaw.controlplane.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An HTTP request as the event of Lambda's function URLs, payload format 2.0.
 *
 * <p>As there, {@code Cookie} headers are the list {@code cookies} and no header, header names are lower-case, and what comes more
 * than once is joined by commas.
 */
final class FunctionUrlEvent {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String ROUTE = "$default";

    private FunctionUrlEvent() {}

    /**
     * The event but for its body.
     *
     * @param rawPath what follows the function's name in the path, as it was sent; empty stands for {@code /}
     */
    static ObjectNode of(HttpServerRequest request, String function, String rawPath, String requestId, Instant now) throws Problem {
        ObjectNode event = Json.object();
        String path = rawPath.isEmpty() ? "/" : rawPath;
        event.put("version", "2.0");
        event.put("routeKey", ROUTE);
        event.put("rawPath", path);
        event.put("rawQueryString", Optional.ofNullable(request.query()).orElse(""));
        addHeaders(event, request);
        addQuery(event, request);
        addContext(event.putObject("requestContext"), request, function, path, requestId, now);
        return event;
    }

    private static void addHeaders(ObjectNode event, HttpServerRequest request) {
        Set<String> listed = Headers.listedIn(request.headers().getAll("Connection"));
        Map<String, String> headers = new LinkedHashMap<>();
        ArrayNode cookies = event.arrayNode();
        for (Map.Entry<String, String> header : request.headers()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (name.equals("cookie")) {
                for (String cookie : header.getValue().split(";")) {
                    if (!cookie.isBlank()) {
                        cookies.add(cookie.strip());
                    }
                }
            } else if (!Headers.isOfConnection(name) && !listed.contains(name)) {
                headers.merge(name, header.getValue(), (first, next) -> first + "," + next);
            }
        }
        if (!cookies.isEmpty()) {
            event.set("cookies", cookies);
        }
        event.set("headers", strings(event, headers));
    }

    private static void addQuery(ObjectNode event, HttpServerRequest request) throws Problem {
        if (request.query() == null || request.query().isEmpty()) {
            return;
        }
        try {
            Map<String, String> parameters = new LinkedHashMap<>();
            for (Map.Entry<String, String> parameter : request.params()) {
                parameters.merge(parameter.getKey(), parameter.getValue(), (first, next) -> first + "," + next);
            }
            event.set("queryStringParameters", strings(event, parameters));
        } catch (IllegalArgumentException _) {
            throw Problem.invalidParameter("the query string is not percent-encoded as it has to be");
        }
    }

    private static ObjectNode strings(ObjectNode factory, Map<String, String> values) {
        ObjectNode object = factory.objectNode();
        values.forEach(object::put);
        return object;
    }

    private static void addContext(ObjectNode context, HttpServerRequest request, String function, String path, String requestId, Instant now) {
        HostAndPort authority = request.authority();
        context.put("accountId", "anonymous");
        context.put("apiId", function);
        context.put("domainName", authority == null ? request.localAddress().hostAddress() : authority.host());
        context.put("domainPrefix", function);
        ObjectNode http = context.putObject("http");
        http.put("method", request.method().name());
        http.put("path", path);
        http.put("protocol", request.version() == HttpVersion.HTTP_1_0 ? "HTTP/1.0" : request.version() == HttpVersion.HTTP_2 ? "HTTP/2" : "HTTP/1.1");
        http.put("sourceIp", request.remoteAddress().hostAddress());
        http.put("userAgent", Optional.ofNullable(request.getHeader("User-Agent")).orElse(""));
        context.put("requestId", requestId);
        context.put("routeKey", ROUTE);
        context.put("stage", ROUTE);
        context.put("time", TIME.format(now));
        context.put("timeEpoch", now.toEpochMilli());
    }

    /** The event's bytes with the request's body: text as it is, everything else in base64. */
    static byte[] withBody(ObjectNode event, byte[] body, Optional<String> contentType) {
        Optional<String> text = isText(contentType) ? decode(body) : Optional.empty();
        boolean base64 = body.length > 0 && text.isEmpty();
        if (body.length > 0) {
            event.put("body", text.orElseGet(() -> Base64.getEncoder().encodeToString(body)));
        }
        event.put("isBase64Encoded", base64);
        return Json.bytes(event);
    }

    /** Whether bodies of this type are text; one without a type is, when it is UTF-8. */
    private static boolean isText(Optional<String> contentType) {
        String type = contentType.map(value -> value.split(";", 2)[0].strip().toLowerCase(Locale.ROOT)).orElse("text/plain");
        return type.startsWith("text/") || type.endsWith("+json") || type.endsWith("+xml")
                || switch (type) {
                    case "application/json", "application/xml", "application/javascript", "application/x-www-form-urlencoded",
                            "application/x-ndjson", "application/yaml", "application/graphql" -> true;
                    default -> false;
                };
    }

    /** The text, if it is UTF-8 as it has to be. */
    static Optional<String> decode(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }
}
