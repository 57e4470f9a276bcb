package dev.thaw.controlplane.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.http.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A request with something changed.
 *
 * @param head line and headers but the length, a byte a character
 * @param lies whether its length may not be that of its body
 */
record Mutation(String head, byte[] body, boolean lies) {
    private static final List<String> VALUES = List.of("null", "true", "0", "-1", "1.5", "1e400", "99999999999999999999", "\"\"", "\"\\ud800\"", "\"\\u0000\"",
            "[]", "{}", "[[]]", "{\"\":0}", "\"$LATEST\"", "\"1\"", "\"../../etc/passwd\"", "\"arn:aws:lambda:us-east-1:000000000000:function:f\"", "\"\u00e9\ud83d\ude00\"");
    private static final List<String> PIECES = List.of("%", "%zz", "%00", "%2e%2e/", "%2F", "//", "?", "&", "=", ":", "+", "%ff", "%F0%9F%98%80", "$LATEST", " ", ";", "#", "..",
            "?Qualifier=1", "?Qualifier=%zz", "&Qualifier=1", "?Marker=%zz", "?MaxItems=%", "?FunctionVersion=ALL", "?tagKeys=%zz", "\u0000", "\t", "|", "{}", "\\", "'", "\"");
    private static final List<String> METHODS = List.of("GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get", "X");
    private static final List<String> HEADERS = List.of("Content-Encoding: gzip", "Transfer-Encoding: gzip", "Expect: 100-continue", "Expect: x", "X-Amz-Invocation-Type: x",
            "X-Amz-Log-Type: Tail", "X-Amz-Client-Context: x", "X-Thaw-Timeout-Ms: 1", "X-Thaw-Namespace: blue", "X-Thaw-Namespace: ../x", "Authorization: Bearer x",
            "Content-Type: text/plain", "Upgrade: websocket\r\nConnection: Upgrade", "Upgrade: h2c\r\nConnection: Upgrade\r\nHTTP2-Settings: AA", "Range: bytes=0-1",
            "X: \u00ff\u0001", ": x", "no colon", "Content-Length: 3", "X-Amz-Tenant-Id: x", "Cookie: " + "x".repeat(9_000));

    /** @param head of a request that is taken */
    static Mutation of(String head, byte[] body, Random random) {
        String mutatedHead = head;
        byte[] mutatedBody = body;
        boolean lies = false;
        for (int i = random.nextInt(10) == 0 ? 3 : 1; i > 0; i--) {
            int way = random.nextInt(body.length == 0 ? 5 : 12);
            switch (way) {
                case 0 -> mutatedHead = inserted(mutatedHead, random);
                case 1 -> mutatedHead = METHODS.get(random.nextInt(METHODS.size())) + mutatedHead.substring(mutatedHead.indexOf(' '));
                case 2 -> mutatedHead += "\r\n" + HEADERS.get(random.nextInt(HEADERS.size()));
                case 3 -> mutatedHead = new String(bytes(mutatedHead.getBytes(StandardCharsets.ISO_8859_1), random), StandardCharsets.ISO_8859_1);
                case 4 -> lies = random.nextInt(4) == 0;
                case 5, 6 -> mutatedBody = bytes(mutatedBody, random);
                default -> mutatedBody = value(mutatedBody, random);
            }
        }
        return new Mutation(mutatedHead, mutatedBody, lies || mutatedHead.contains("Content-Length") || mutatedHead.contains("Transfer-Encoding"));
    }

    /** Something inside the path or the query. */
    private static String inserted(String head, Random random) {
        int from = head.indexOf('/');
        int to = Math.max(from + 1, head.lastIndexOf(" HTTP"));
        int at = random.nextBoolean() ? to : from + random.nextInt(to - from + 1);
        return head.substring(0, at) + PIECES.get(random.nextInt(PIECES.size())) + head.substring(at);
    }

    private static byte[] bytes(byte[] of, Random random) {
        byte[] bytes = of.clone();
        if (bytes.length == 0) {
            return bytes;
        }
        int at = random.nextInt(bytes.length);
        return switch (random.nextInt(4)) {
            case 0 -> {
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                yield bytes;
            }
            case 1 -> {
                bytes[at] = (byte) random.nextInt(256);
                yield bytes;
            }
            case 2 -> joined(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(8)));
            default -> joined(bytes, Math.min(bytes.length, at + random.nextInt(16)), at);
        };
    }

    /** What comes before one place, and what comes from another on. */
    private static byte[] joined(byte[] bytes, int end, int begin) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, end);
        out.write(bytes, begin, bytes.length - begin);
        return out.toByteArray();
    }

    /** Another value somewhere in the tree, or one more field. */
    private static byte[] value(byte[] body, Random random) {
        JsonNode root;
        try {
            root = Json.parse(body);
        } catch (IOException _) {
            return bytes(body, random);
        }
        List<JsonNode> containers = new ArrayList<>();
        collect(root, containers);
        if (containers.isEmpty()) {
            return bytes(body, random);
        }
        JsonNode value = parsed(VALUES.get(random.nextInt(VALUES.size())));
        switch (containers.get(random.nextInt(containers.size()))) {
            case ObjectNode object when !object.isEmpty() && random.nextInt(5) > 0 -> {
                List<String> names = new ArrayList<>();
                object.fieldNames().forEachRemaining(names::add);
                object.set(names.get(random.nextInt(names.size())), value);
            }
            case ObjectNode object -> object.set(List.of("RevisionId", "Publish", "Description", "VpcConfig", "x", "").get(random.nextInt(6)), value);
            case ArrayNode array when !array.isEmpty() && random.nextBoolean() -> array.set(random.nextInt(array.size()), value);
            case ArrayNode array -> array.add(value);
            default -> throw new IllegalStateException("only objects and arrays are collected");
        }
        return Json.bytes(root);
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode()) {
            containers.add(node);
        }
        node.forEach(each -> collect(each, containers));
    }

    private static JsonNode parsed(String json) {
        try {
            return Json.parse(json.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the version of HTTP in its line is none that the server speaks. */
    boolean isOfAnotherVersion() {
        return !head.lines().findFirst().orElse("").matches(".* HTTP/1\\.[01]\\s*");
    }

    /** A length that is not the body's is longer, and what is missing never comes. */
    RawCalls.Raw send(int port) throws IOException {
        if (!lies) {
            return RawCalls.send(port, head, body);
        }
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes((head + "\r\nHost: 127.0.0.1:" + port + "\r\nConnection: close\r\nContent-Length: " + (body.length + 7) + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
        request.writeBytes(body);
        return RawCalls.send(port, request.toByteArray(), true);
    }

    @Override
    public String toString() {
        return (head + "\n" + new String(body, StandardCharsets.ISO_8859_1)).replace("\r", "\\r").replaceAll("[^\\n\\x20-\\x7e]", "?");
    }
}
