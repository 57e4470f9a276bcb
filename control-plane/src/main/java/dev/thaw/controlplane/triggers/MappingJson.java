package dev.thaw.controlplane.triggers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.controlplane.http.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/** A mapping as the registry keeps it. What is there is read by every later Thaw: a field is added, never renamed. */
final class MappingJson {
    private MappingJson() {}

    static String write(EventSourceMapping mapping) {
        ObjectNode json = Json.object();
        json.put("function", mapping.function().name());
        mapping.function().qualifier().ifPresent(qualifier -> json.put("qualifier", qualifier));
        mapping.source().bootstrapServers().forEach(json.putArray("servers")::add);
        json.put("topic", mapping.source().topic()).put("group", mapping.source().consumerGroup());
        KafkaAccess access = mapping.source().access();
        json.put("tls", access.tls());
        access.login().ifPresent(login -> json.put("mechanism", login.mechanism().name()).put("login", login.secret()));
        access.serverCa().ifPresent(name -> json.put("serverCa", name));
        access.clientCertificate().ifPresent(name -> json.put("clientCertificate", name));
        json.put("start", mapping.start().lambdaName());
        if (mapping.start() instanceof StartingPosition.AtTime(Instant time)) {
            json.put("startTime", time.toString());
        }
        json.put("records", mapping.batching().records()).put("windowMillis", mapping.batching().windowMillis());
        EventSourceMapping.FailurePolicy failures = mapping.failures();
        json.put("retries", failures.retries()).put("ageSeconds", failures.ageSeconds()).put("bisect", failures.bisect())
                .put("itemFailures", failures.itemFailures());
        failures.onFailure().ifPresent(destination -> json.put("onFailure", destination));
        mapping.filters().forEach(json.putArray("filters")::add);
        json.put("format", mapping.format().name()).put("enabled", mapping.enabled());
        ObjectNode tags = json.putObject("tags");
        mapping.tags().forEach(tags::put);
        json.put("modified", mapping.lastModified().toString());
        return new String(Json.bytes(json), StandardCharsets.UTF_8);
    }

    /** Reads what {@link #write} wrote; fails with the reason for what it did not. */
    static EventSourceMapping read(String id, String text) throws IOException {
        try {
            return read(UUID.fromString(id), Json.parse(text.getBytes(StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException | DateTimeException | IOException e) {
            throw new IOException("the event source mapping " + id + " of the registry cannot be read: " + e.getMessage(), e);
        }
    }

    private static EventSourceMapping read(UUID id, JsonNode json) {
        KafkaAccess access = new KafkaAccess(json.path("tls").asBoolean(),
                text(json, "login").map(secret -> new KafkaAccess.Login(KafkaAccess.Mechanism.valueOf(json.path("mechanism").asText()), secret)),
                text(json, "serverCa"), text(json, "clientCertificate"));
        StartingPosition start = switch (json.path("start").asText()) {
            case "TRIM_HORIZON" -> new StartingPosition.Oldest();
            case "LATEST" -> new StartingPosition.Latest();
            case "AT_TIMESTAMP" -> new StartingPosition.AtTime(Instant.parse(json.path("startTime").asText()));
            case String other -> throw new IllegalArgumentException("it starts at '" + other + "'");
        };
        SortedMap<String, String> tags = new TreeMap<>();
        json.path("tags").properties().forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText()));
        return new EventSourceMapping(id, new FunctionReference(json.path("function").asText(), text(json, "qualifier")),
                new KafkaSource(texts(json.path("servers")), json.path("topic").asText(), json.path("group").asText(), access), start,
                new EventSourceMapping.Batching(json.path("records").asInt(), json.path("windowMillis").asInt()),
                new EventSourceMapping.FailurePolicy(json.path("retries").asInt(), json.path("ageSeconds").asInt(), json.path("bisect").asBoolean(),
                        json.path("itemFailures").asBoolean(), text(json, "onFailure")),
                texts(json.path("filters")), EventFormat.valueOf(json.path("format").asText()), json.path("enabled").asBoolean(), tags,
                Instant.parse(json.path("modified").asText()));
    }

    private static Optional<String> text(JsonNode json, String field) {
        return Optional.ofNullable(json.get(field)).map(JsonNode::asText);
    }

    private static List<String> texts(JsonNode array) {
        List<String> all = new ArrayList<>();
        array.forEach(each -> all.add(each.asText()));
        return all;
    }
}
