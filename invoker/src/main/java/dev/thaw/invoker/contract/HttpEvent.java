package dev.thaw.invoker.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/**
 * The request that an event describes: that of a function URL (payload format 2.0) the one that the client sent, any other event a
 * POST to / with the event as its body.
 *
 * @param target path and query
 * @param headers by lower-case name
 */
record HttpEvent(String method, String target, Map<String, String> headers, byte[] body) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern METHOD = Pattern.compile("[A-Z]{1,16}");
    /** RFC 9110, 5.6.2: token. */
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");
    /** Of a connection (RFC 9110, 7.6.1) or said anew here. */
    private static final Set<String> OURS = Set.of("connection", "keep-alive", "proxy-connection", "proxy-authenticate",
            "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade", "content-length", "expect", "cookie");

    /** @throws BadRequestException when it is of payload format 2.0 and describes no request */
    static HttpEvent of(Event event) throws BadRequestException {
        Optional<JsonNode> described = described(event.payload());
        HttpEvent request = described.isPresent() ? of(described.get())
                : new HttpEvent("POST", "/", new LinkedHashMap<>(Map.of("content-type", "application/json")), event.payload());
        request.headers.put("x-amzn-requestid", event.requestId());
        event.traceId().ifPresent(id -> request.headers.put("x-amzn-trace-id", id));
        return request;
    }

    private static Optional<JsonNode> described(byte[] payload) {
        try {
            JsonNode json = JSON.readTree(payload);
            return Optional.ofNullable(json).filter(event -> event.path("version").asText().equals("2.0")
                    && event.path("requestContext").path("http").path("method").isTextual());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static HttpEvent of(JsonNode event) throws BadRequestException {
        JsonNode http = event.path("requestContext").path("http");
        String method = http.path("method").asText();
        if (!METHOD.matcher(method).matches()) {
            throw new BadRequestException(400, "the event's requestContext.http.method is no method of HTTP");
        }
        String path = event.path("rawPath").asText("");
        String query = event.path("rawQueryString").asText("");
        String target = (path.startsWith("/") ? path : "/" + path) + (query.isEmpty() ? "" : "?" + query);
        if (!target.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new BadRequestException(400, "the event's rawPath and rawQueryString must be percent-encoded");
        }
        return new HttpEvent(method, target, headers(event, http), body(event));
    }

    private static Map<String, String> headers(JsonNode event, JsonNode http) throws BadRequestException {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> header : event.path("headers").properties()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!NAME.matcher(name).matches() || !header.getValue().isValueNode()) {
                throw new BadRequestException(400, "a header of the event is not what HTTP allows");
            }
            if (!OURS.contains(name)) {
                headers.put(name, header.getValue().asText());
            }
        }
        StringJoiner cookies = new StringJoiner("; ");
        cookies.setEmptyValue("");
        event.path("cookies").forEach(cookie -> cookies.add(cookie.asText()));
        if (cookies.length() > 0) {
            headers.put("cookie", cookies.toString());
        }
        String client = http.path("sourceIp").asText("");
        if (!client.isEmpty()) {
            headers.merge("x-forwarded-for", client, (before, next) -> before + ", " + next);
        }
        headers.putIfAbsent("x-forwarded-proto", "http");
        return headers;
    }

    private static byte[] body(JsonNode event) throws BadRequestException {
        String text = event.path("body").asText("");
        if (!event.path("isBase64Encoded").asBoolean(false)) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new BadRequestException(400, "the event's body is not base64, though isBase64Encoded is true");
        }
    }

    /** As HTTP/1.1, on a connection that carries nothing else. */
    byte[] bytes() {
        StringBuilder head = new StringBuilder(512).append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
        head.append("Host: ").append(oneLine(headers.getOrDefault("host", "127.0.0.1:" + HttpContract.PORT))).append("\r\n");
        headers.forEach((name, value) -> {
            if (!name.equals("host")) {
                head.append(name).append(": ").append(oneLine(value)).append("\r\n");
            }
        });
        if (body.length > 0 || !method.equals("GET") && !method.equals("HEAD")) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        byte[] headBytes = head.append("Connection: close\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[headBytes.length + body.length];
        System.arraycopy(headBytes, 0, all, 0, headBytes.length);
        System.arraycopy(body, 0, all, headBytes.length, body.length);
        return all;
    }

    /** A caller's text in a header must not begin another one. */
    private static String oneLine(String value) {
        StringBuilder line = new StringBuilder(value.length());
        value.chars().forEach(c -> line.append(c < ' ' || c == 0x7f ? ' ' : (char) c));
        return line.toString();
    }
}
