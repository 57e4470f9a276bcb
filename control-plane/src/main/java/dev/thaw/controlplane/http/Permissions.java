package dev.thaw.controlplane.http;

import static dev.thaw.controlplane.http.Permission.ADMIN;
import static dev.thaw.controlplane.http.Permission.DEPLOY;
import static dev.thaw.controlplane.http.Permission.INVOKE;
import static dev.thaw.controlplane.http.Permission.KNOWN;
import static dev.thaw.controlplane.http.Permission.PUBLIC;

import dev.thaw.controlplane.lambda.LambdaApi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The table of who may what, by method and path. What is not in it is for administrators: a route that somebody forgot here is closed, and
 * a test holds the router against it.
 *
 * <p>Paths are normalised ones, as the router matches them ({@code RoutingContext.normalizedPath}), with a slash at the end or without; of
 * the rows that match the first counts.
 */
public final class Permissions {
    private static final String F = "/2015-03-31/functions";
    private static final String ANY = "*";

    private record Row(String method, String[] path, boolean prefix, Permission permission) {
        static Row of(String method, String pattern, Permission permission) {
            boolean prefix = pattern.endsWith("/*");
            return new Row(method, split(prefix ? pattern.substring(0, pattern.length() - 2) : pattern), prefix, permission);
        }

        boolean matches(String asked, String[] segments) {
            if (!method.equals(ANY) && !method.equals(asked) || (prefix ? segments.length < path.length : segments.length != path.length)) {
                return false;
            }
            for (int i = 0; i < path.length; i++) {
                if (!path[i].startsWith(":") && !path[i].equals(segments[i])) {
                    return false;
                }
            }
            return true;
        }
    }

    private final List<Row> rows = new ArrayList<>();

    /** @param openMetrics whether whoever reaches the server may read its metrics */
    public Permissions(boolean openMetrics) {
        add("POST", F + "/:name/invocations", INVOKE);
        add(ANY, "/fn/*", PUBLIC);
        add("GET", "/healthz", PUBLIC);
        add("GET", "/metrics", openMetrics ? PUBLIC : KNOWN);
        functions();
        add("GET", "/thaw/v1/whoami", KNOWN);
        add("GET", "/thaw/v1/keys", ADMIN);
        add("POST", "/thaw/v1/keys", ADMIN);
        add("DELETE", "/thaw/v1/keys/:id", ADMIN);
        add("GET", "/thaw/v1/audit", ADMIN);
        // What Lambda has there and this server has not: whoever asks is told so.
        LambdaApi.prefixes().forEach(prefix -> add(ANY, prefix + "*", KNOWN));
    }

    private void functions() {
        add("GET", "/thaw/v1/functions", DEPLOY);
        add("PUT", "/thaw/v1/functions/:name", DEPLOY);
        add("GET", "/thaw/v1/functions/:name", DEPLOY);
        add("DELETE", "/thaw/v1/functions/:name", DEPLOY);
        add("GET", "/thaw/v1/functions/:name/logs", DEPLOY);
        add("GET", "/thaw/v1/dlq", DEPLOY);
        add("GET", "/thaw/v1/dlq/:id", DEPLOY);
        add("POST", "/thaw/v1/dlq/:id/redrive", DEPLOY);
        add("DELETE", "/thaw/v1/dlq/:id", DEPLOY);
        add("POST", F, DEPLOY);
        add("GET", F, DEPLOY);
        add("GET", F + "/:name", DEPLOY);
        add("DELETE", F + "/:name", DEPLOY);
        add("PUT", F + "/:name/code", DEPLOY);
        add("GET", F + "/:name/configuration", DEPLOY);
        add("PUT", F + "/:name/configuration", DEPLOY);
        add("POST", F + "/:name/versions", DEPLOY);
        add("GET", F + "/:name/versions", DEPLOY);
        add("POST", F + "/:name/aliases", DEPLOY);
        add("GET", F + "/:name/aliases", DEPLOY);
        add("GET", F + "/:name/aliases/:alias", DEPLOY);
        add("PUT", F + "/:name/aliases/:alias", DEPLOY);
        add("DELETE", F + "/:name/aliases/:alias", DEPLOY);
        add("PUT", "/2017-10-31/functions/:name/concurrency", DEPLOY);
        add("DELETE", "/2017-10-31/functions/:name/concurrency", DEPLOY);
        add("GET", "/2019-09-30/functions/:name/concurrency", DEPLOY);
        add("GET", "/2017-03-31/tags/:arn", DEPLOY);
        add("POST", "/2017-03-31/tags/:arn", DEPLOY);
        add("DELETE", "/2017-03-31/tags/:arn", DEPLOY);
        add("GET", "/2016-08-19/account-settings", KNOWN);
        add("PUT", "/2019-09-25/functions/:name/event-invoke-config", DEPLOY);
        add("POST", "/2019-09-25/functions/:name/event-invoke-config", DEPLOY);
        add("GET", "/2019-09-25/functions/:name/event-invoke-config", DEPLOY);
        add("DELETE", "/2019-09-25/functions/:name/event-invoke-config", DEPLOY);
        add("GET", "/2019-09-25/functions/:name/event-invoke-config/list", DEPLOY);
        add(ANY, "/2015-03-31/event-source-mappings/*", DEPLOY);
        add(ANY, "/thaw/v1/triggers/*", DEPLOY);
    }

    private void add(String method, String pattern, Permission permission) {
        rows.add(Row.of(method, pattern, permission));
    }

    private static String[] split(String path) {
        return path.substring(Math.min(1, path.length())).split("/"); // of a path that ends with a slash, the empty last is none
    }

    /** The row for a request, if there is one. */
    public Optional<Permission> find(String method, String normalizedPath) {
        String[] segments = split(normalizedPath);
        for (Row row : rows) {
            if (row.matches(method, segments)) {
                return Optional.of(row.permission());
            }
        }
        return Optional.empty();
    }

    /** What a request needs. */
    Permission needed(String method, String normalizedPath) {
        return find(method, normalizedPath).orElse(ADMIN);
    }
}
