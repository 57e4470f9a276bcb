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
    private static final String M = "/2015-03-31/event-source-mappings";
    private static final String ANY = "*";

    private record Row(String method, String[] path, boolean prefix, Permission permission, String operation) {
        static Row of(String method, String pattern, Permission permission, String operation) {
            boolean prefix = pattern.endsWith("/*");
            return new Row(method, split(prefix ? pattern.substring(0, pattern.length() - 2) : pattern), prefix, permission, operation);
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

        /** What stands where the pattern has names, one after the other. */
        String target(String[] segments) {
            StringBuilder target = new StringBuilder();
            for (int i = 0; i < path.length; i++) {
                if (path[i].startsWith(":")) {
                    target.append(target.isEmpty() ? "" : "/").append(segments[i]);
                }
            }
            return target.toString();
        }
    }

    /**
     * What a request is.
     *
     * @param permission that it needs
     * @param operation  Lambda's name of it, or ours
     * @param target     what it is about, as it stands in the path; empty where nothing does
     */
    record Asked(Permission permission, String operation, String target) {}

    private final List<Row> rows = new ArrayList<>();

    /** @param openMetrics whether whoever reaches the server may read its metrics */
    public Permissions(boolean openMetrics) {
        add("POST", F + "/:name/invocations", INVOKE, "Invoke");
        add(ANY, "/fn/*", PUBLIC, "InvokeUrl");
        add("GET", "/healthz", PUBLIC, "Health");
        add("GET", "/metrics", openMetrics ? PUBLIC : KNOWN, "Metrics");
        functions();
        add("GET", "/thaw/v1/whoami", KNOWN, "WhoAmI");
        add("GET", "/thaw/v1/keys", ADMIN, "ListKeys");
        add("POST", "/thaw/v1/keys", ADMIN, "CreateKey");
        add("DELETE", "/thaw/v1/keys/:id", ADMIN, "RevokeKey");
        add("GET", "/thaw/v1/audit", ADMIN, "ReadAudit");
        // What Lambda has there and this server has not: whoever asks is told so.
        LambdaApi.prefixes().forEach(prefix -> add(ANY, prefix + "*", KNOWN, "Unsupported"));
    }

    private void functions() {
        add("GET", "/thaw/v1/functions", DEPLOY, "List");
        add("PUT", "/thaw/v1/functions/:name", DEPLOY, "Deploy");
        add("GET", "/thaw/v1/functions/:name", DEPLOY, "Describe");
        add("DELETE", "/thaw/v1/functions/:name", DEPLOY, "DeleteFunction");
        add("GET", "/thaw/v1/functions/:name/logs", DEPLOY, "ReadLogs");
        add("GET", "/thaw/v1/functions/:name/versions", DEPLOY, "ListVersions");
        add("GET", "/thaw/v1/functions/:name/package", DEPLOY, "ReadPackage");
        add("POST", "/thaw/v1/functions/:name/rollback", DEPLOY, "Rollback");
        add("GET", "/thaw/v1/dlq", DEPLOY, "ListDeadLetters");
        add("GET", "/thaw/v1/dlq/:id", DEPLOY, "ReadDeadLetter");
        add("POST", "/thaw/v1/dlq/:id/redrive", DEPLOY, "RedriveDeadLetter");
        add("DELETE", "/thaw/v1/dlq/:id", DEPLOY, "DeleteDeadLetter");
        add("POST", F, DEPLOY, "CreateFunction");
        add("GET", F, DEPLOY, "ListFunctions");
        add("GET", F + "/:name", DEPLOY, "GetFunction");
        add("DELETE", F + "/:name", DEPLOY, "DeleteFunction");
        add("PUT", F + "/:name/code", DEPLOY, "UpdateFunctionCode");
        add("GET", F + "/:name/configuration", DEPLOY, "GetFunctionConfiguration");
        add("PUT", F + "/:name/configuration", DEPLOY, "UpdateFunctionConfiguration");
        add("POST", F + "/:name/versions", DEPLOY, "PublishVersion");
        add("GET", F + "/:name/versions", DEPLOY, "ListVersionsByFunction");
        add("POST", F + "/:name/aliases", DEPLOY, "CreateAlias");
        add("GET", F + "/:name/aliases", DEPLOY, "ListAliases");
        add("GET", F + "/:name/aliases/:alias", DEPLOY, "GetAlias");
        add("PUT", F + "/:name/aliases/:alias", DEPLOY, "UpdateAlias");
        add("DELETE", F + "/:name/aliases/:alias", DEPLOY, "DeleteAlias");
        add("PUT", "/2017-10-31/functions/:name/concurrency", DEPLOY, "PutFunctionConcurrency");
        add("DELETE", "/2017-10-31/functions/:name/concurrency", DEPLOY, "DeleteFunctionConcurrency");
        add("GET", "/2019-09-30/functions/:name/concurrency", DEPLOY, "GetFunctionConcurrency");
        add("GET", "/2017-03-31/tags/:arn", DEPLOY, "ListTags");
        add("POST", "/2017-03-31/tags/:arn", DEPLOY, "TagResource");
        add("DELETE", "/2017-03-31/tags/:arn", DEPLOY, "UntagResource");
        add("GET", "/2016-08-19/account-settings", KNOWN, "GetAccountSettings");
        add("PUT", "/2019-09-25/functions/:name/event-invoke-config", DEPLOY, "PutFunctionEventInvokeConfig");
        add("POST", "/2019-09-25/functions/:name/event-invoke-config", DEPLOY, "UpdateFunctionEventInvokeConfig");
        add("GET", "/2019-09-25/functions/:name/event-invoke-config", DEPLOY, "GetFunctionEventInvokeConfig");
        add("DELETE", "/2019-09-25/functions/:name/event-invoke-config", DEPLOY, "DeleteFunctionEventInvokeConfig");
        add("GET", "/2019-09-25/functions/:name/event-invoke-config/list", DEPLOY, "ListFunctionEventInvokeConfigs");
        add("POST", M, DEPLOY, "CreateEventSourceMapping");
        add("GET", M, DEPLOY, "ListEventSourceMappings");
        add("GET", M + "/:uuid", DEPLOY, "GetEventSourceMapping");
        add("PUT", M + "/:uuid", DEPLOY, "UpdateEventSourceMapping");
        add("DELETE", M + "/:uuid", DEPLOY, "DeleteEventSourceMapping");
        add(ANY, "/thaw/v1/triggers/*", DEPLOY, "Triggers");
    }

    private void add(String method, String pattern, Permission permission, String operation) {
        rows.add(Row.of(method, pattern, permission, operation));
    }

    private static String[] split(String path) {
        return path.substring(Math.min(1, path.length())).split("/"); // of a path that ends with a slash, the empty last is none
    }

    /** The permission that a request needs by the table, if it has a row. */
    public Optional<Permission> find(String method, String normalizedPath) {
        String[] segments = split(normalizedPath);
        return row(method, segments).map(Row::permission);
    }

    private Optional<Row> row(String method, String[] segments) {
        for (Row row : rows) {
            if (row.matches(method, segments)) {
                return Optional.of(row);
            }
        }
        return Optional.empty();
    }

    /** What a request is, by the table or without. */
    Asked asked(String method, String normalizedPath) {
        String[] segments = split(normalizedPath);
        return row(method, segments).map(row -> new Asked(row.permission(), row.operation(), row.target(segments)))
                .orElseGet(() -> new Asked(ADMIN, "Unknown", normalizedPath));
    }
}
