package dev.thaw.controlplane;

import dev.thaw.controlplane.lambda.Operations;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Every operation that is Thaw's own and not Lambda's, with values of its query that are no good. */
public final class OwnOperations {
    private static final byte[] NONE = {};
    private static final String F = "/thaw/v1/functions";

    /** The least role that it takes; OPEN takes no key, and KNOWN any. */
    public enum Least { OPEN, KNOWN, DEPLOY, ADMIN }

    /**
     * One of them.
     *
     * @param path with the router's names in it
     * @param bad  values that its parameters do not take
     */
    public record Own(String method, String path, Least least, byte[] body, Map<String, List<String>> bad) {
        public String real() {
            return path.replace(":name", "f").replace(":id", "0123456789");
        }

        /** Whether it is about one function, or one thing else. */
        boolean ofOne() {
            return path.contains(":");
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    public static final List<Own> ALL = List.of(
            new Own("GET", "/healthz", Least.OPEN, NONE, Map.of()),
            new Own("GET", "/metrics", Least.KNOWN, NONE, Map.of()),
            new Own("GET", "/thaw/v1/whoami", Least.KNOWN, NONE, Map.of()),
            new Own("GET", "/thaw/v1/audit", Least.ADMIN, NONE, Map.of("after", List.of("-1", "x", "", "1.5", "99999999999999999999"), "limit", List.of("-1", "1001", "x"))),
            new Own("GET", "/thaw/v1/keys", Least.ADMIN, NONE, Map.of()),
            new Own("POST", "/thaw/v1/keys", Least.ADMIN, "{\"role\":\"invoke\"}".getBytes(StandardCharsets.UTF_8), Map.of()),
            new Own("DELETE", "/thaw/v1/keys/:id", Least.ADMIN, NONE, Map.of()),
            new Own("GET", "/thaw/v1/dlq", Least.DEPLOY, NONE, Map.of("function", List.of("a b", "", "x".repeat(65)), "marker", List.of("x", "0123456789", "0".repeat(36), "A".repeat(86), "x".repeat(600)))),
            new Own("GET", "/thaw/v1/dlq/:id", Least.DEPLOY, NONE, Map.of()),
            new Own("POST", "/thaw/v1/dlq/:id/redrive", Least.DEPLOY, NONE, Map.of()),
            new Own("DELETE", "/thaw/v1/dlq/:id", Least.DEPLOY, NONE, Map.of()),
            new Own("GET", F, Least.DEPLOY, NONE, Map.of()),
            new Own("PUT", F + "/:name", Least.DEPLOY, Operations.zip("deployed"), Map.of("force", List.of("1", "yes", ""), "revision", List.of("", "x"))),
            new Own("GET", F + "/:name", Least.DEPLOY, NONE, Map.of()),
            new Own("DELETE", F + "/:name", Least.DEPLOY, NONE, Map.of()),
            new Own("GET", F + "/:name/logs", Least.DEPLOY, NONE, Map.of("tail", List.of("-1", "10001", "x", "1.5", ""), "follow", List.of("1", "yes"))),
            new Own("GET", F + "/:name/versions", Least.DEPLOY, NONE, Map.of()),
            new Own("GET", F + "/:name/package", Least.DEPLOY, NONE, Map.of("version", List.of("99", "0", "x", "", "a b"))),
            new Own("POST", F + "/:name/rollback", Least.DEPLOY, NONE, Map.of("version", List.of("0", "99", "x", "-1", ""), "revision", List.of("", "x"))));

    private OwnOperations() {}
}
