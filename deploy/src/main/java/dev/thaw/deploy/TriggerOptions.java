package dev.thaw.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.deploy.client.FunctionsClient;
import dev.thaw.deploy.client.ThawClient;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import picocli.CommandLine.Option;

/** What {@code thaw triggers create} and {@code update} can both say; what is not said is not in the request. */
final class TriggerOptions {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NONE = "none";
    private static final Map<String, String> LOGINS = Map.of("plain", "BASIC_AUTH", "scram-sha-256", "SASL_SCRAM_256_AUTH", "scram-sha-512", "SASL_SCRAM_512_AUTH");
    private static final String CA = "SERVER_ROOT_CA_CERTIFICATE";
    private static final String CLIENT = "CLIENT_CERTIFICATE_TLS_AUTH";

    @Option(names = "--batch", paramLabel = "N", description = "At most so many records an invocation, 1 to 10000; 100 unless said otherwise.")
    private Integer batch;

    @Option(names = "--window", paramLabel = "SECONDS", description = "How long to wait for a batch to fill, 0 to 300; half a second unless said otherwise.")
    private Integer window;

    @Option(names = "--retries", paramLabel = "N", description = "How often a batch that fails is tried again, 0 to 10000, or -1 for no limit; 10 unless said otherwise.")
    private Integer retries;

    @Option(names = "--max-age", paramLabel = "TIME", converter = TimeLimit.class, description = "Older records are given up, as in 10m or 24h; 1m to 168h.")
    private Duration maxAge;

    @Option(names = "--bisect", negatable = true, description = "Halve a batch that fails, to find the record that does.")
    private Boolean bisect;

    @Option(names = "--item-failures", negatable = true, description = "The function answers which records failed (batchItemFailures).")
    private Boolean itemFailures;

    @Option(names = "--on-failure", paramLabel = "TO",
            description = "Where records go that are given up: kafka://TOPIC, a function (its name or ARN), or none for the dead letters.")
    private String onFailure;

    @Option(names = "--filter", paramLabel = "PATTERN", description = "Only records that match one of these, as in {\"value\":{\"kind\":[\"order\"]}}; none for all.")
    private List<String> filters;

    @Option(names = "--format", paramLabel = "FORMAT", description = "The form of the event: lambda (unless said otherwise) or cloudevents.")
    private String format;

    @Option(names = "--broker-login", paramLabel = "HOW:SECRET",
            description = "SASL: plain, scram-sha-256 or scram-sha-512, and the server's file with username and password; or none.")
    private String login;

    @Option(names = "--broker-ca", paramLabel = "SECRET", description = "The server's file with the certificates that the brokers' are signed by; or none.")
    private String ca;

    @Option(names = "--broker-certificate", paramLabel = "SECRET", description = "The server's file with the certificate and key for the brokers; or none.")
    private String clientCertificate;

    @Option(names = "--broker-tls", paramLabel = "on|off", description = "Whether to encrypt; on wherever there is a login or a certificate, unless said otherwise.")
    private String tls;

    /** Puts what was said into a request, but for what tags say. */
    void into(ObjectNode request, JsonNode before, ThawClient client) {
        put(request, "BatchSize", batch);
        put(request, "MaximumBatchingWindowInSeconds", window);
        put(request, "MaximumRetryAttempts", retries);
        put(request, "MaximumRecordAgeInSeconds", maxAge == null ? null : Math.toIntExact(maxAge.toSeconds()));
        if (bisect != null) {
            request.put("BisectBatchOnFunctionError", bisect);
        }
        if (itemFailures != null) {
            ArrayNode types = request.putArray("FunctionResponseTypes");
            if (itemFailures) {
                types.add("ReportBatchItemFailures");
            }
        }
        if (onFailure != null) {
            request.putObject("DestinationConfig").putObject("OnFailure").put("Destination", destination(client));
        }
        if (filters != null) {
            ArrayNode patterns = request.putObject("FilterCriteria").putArray("Filters");
            filters.stream().filter(pattern -> !pattern.equals(NONE)).forEach(pattern -> patterns.addObject().put("Pattern", pattern));
        }
        if (login != null || ca != null || clientCertificate != null) {
            request.set("SourceAccessConfigurations", access(before));
        }
    }

    /** As Lambda's API takes it: a function by its ARN, which its name is enough for here. */
    private String destination(ThawClient client) {
        if (onFailure.equals(NONE)) {
            return "";
        }
        return onFailure.contains(":") ? onFailure
                : new FunctionsClient(client).configuration(FunctionName.checked(onFailure)).path("FunctionArn").asText();
    }

    private static void put(ObjectNode request, String field, Integer value) {
        if (value != null) {
            request.put(field, value);
        }
    }

    /** All of them are one list: what is there already stays, but for what is said anew. */
    private ArrayNode access(JsonNode before) {
        Map<String, String> all = new LinkedHashMap<>();
        before.path("SourceAccessConfigurations").forEach(each -> all.put(each.path("Type").asText(), each.path("URI").asText()));
        if (login != null) {
            all.keySet().removeAll(LOGINS.values());
        }
        if (login != null && !login.equals(NONE)) {
            String[] parts = login.split(":", 2);
            if (parts.length < 2 || !LOGINS.containsKey(parts[0])) {
                throw new Failure(Failure.USAGE, "--broker-login is '" + login + "'; it takes HOW:SECRET, where HOW is one of " + String.join(", ", new TreeSet<>(LOGINS.keySet()))
                        + " and SECRET a file in the folder 'secrets' of the server's data directory");
            }
            all.put(LOGINS.get(parts[0]), "secret:" + parts[1]);
        }
        replace(all, CA, ca);
        replace(all, CLIENT, clientCertificate);
        ArrayNode list = JSON.createArrayNode();
        all.forEach((type, uri) -> list.addObject().put("Type", type).put("URI", uri));
        return list;
    }

    private static void replace(Map<String, String> all, String type, String secret) {
        if (secret != null) {
            all.remove(type);
        }
        if (secret != null && !secret.equals(NONE)) {
            all.put(type, "secret:" + secret);
        }
    }

    /** What Lambda's fields cannot say; empty where nothing was said. */
    Optional<ObjectNode> tags() {
        ObjectNode tags = JSON.createObjectNode();
        if (format != null) {
            tags.put("thaw:format", format);
        }
        if (tls != null) {
            tags.put("thaw:tls", tls);
        }
        return tags.isEmpty() ? Optional.empty() : Optional.of(tags);
    }
}
