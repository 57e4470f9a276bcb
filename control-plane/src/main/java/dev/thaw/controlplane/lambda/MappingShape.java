package dev.thaw.controlplane.lambda;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.http.Json;
import dev.thaw.controlplane.triggers.EventSourceMapping;
import dev.thaw.controlplane.triggers.KafkaAccess;
import dev.thaw.controlplane.triggers.StartingPosition;
import dev.thaw.controlplane.triggers.TriggerEngine;
import java.time.Instant;
import java.util.Optional;

/** Writes what Lambda's service model calls EventSourceMappingConfiguration. */
final class MappingShape {
    private MappingShape() {}

    /** @param state instead of that of the status, where a request has just asked for another */
    static ObjectNode of(EventSourceMapping mapping, TriggerEngine.Status status, Optional<String> state) {
        ObjectNode json = Json.object();
        json.put("UUID", mapping.id().toString());
        json.put("EventSourceMappingArn", mapping.arn());
        json.put("FunctionArn", mapping.function().arn());
        json.put("StartingPosition", mapping.start().lambdaName());
        if (mapping.start() instanceof StartingPosition.AtTime(Instant time)) {
            json.put("StartingPositionTimestamp", Shapes.seconds(time));
        }
        json.put("BatchSize", mapping.batching().records());
        if (mapping.batching().windowMillis() % 1_000 == 0) { // half a second cannot be said in whole ones
            json.put("MaximumBatchingWindowInSeconds", mapping.batching().windowMillis() / 1_000);
        }
        json.putArray("Topics").add(mapping.source().topic());
        mapping.source().bootstrapServers().forEach(json.putObject("SelfManagedEventSource").putObject("Endpoints").putArray("KAFKA_BOOTSTRAP_SERVERS")::add);
        json.putObject("SelfManagedKafkaEventSourceConfig").put("ConsumerGroupId", mapping.source().consumerGroup());
        access(json, mapping.source().access());
        if (!mapping.filters().isEmpty()) {
            ArrayNode filters = json.putObject("FilterCriteria").putArray("Filters");
            mapping.filters().forEach(pattern -> filters.addObject().put("Pattern", pattern));
        }
        EventSourceMapping.FailurePolicy failures = mapping.failures();
        json.put("MaximumRetryAttempts", failures.retries());
        json.put("MaximumRecordAgeInSeconds", failures.ageSeconds());
        json.put("BisectBatchOnFunctionError", failures.bisect());
        failures.onFailure().ifPresent(to -> json.putObject("DestinationConfig").putObject("OnFailure").put("Destination", to));
        ArrayNode responses = json.putArray("FunctionResponseTypes");
        if (failures.itemFailures()) {
            responses.add("ReportBatchItemFailures");
        }
        json.put("LastModified", Shapes.seconds(mapping.lastModified()));
        json.put("State", state.orElse(status.state()));
        json.put("StateTransitionReason", state.isPresent() ? "USER_INITIATED" : status.reason());
        json.put("LastProcessingResult", status.lastResult());
        return json;
    }

    private static void access(ObjectNode json, KafkaAccess access) {
        ArrayNode all = json.putArray("SourceAccessConfigurations");
        access.login().ifPresent(login -> one(all, login.mechanism().lambdaName(), login.secret()));
        access.serverCa().ifPresent(secret -> one(all, "SERVER_ROOT_CA_CERTIFICATE", secret));
        access.clientCertificate().ifPresent(secret -> one(all, "CLIENT_CERTIFICATE_TLS_AUTH", secret));
    }

    private static void one(ArrayNode all, String type, String secret) {
        all.addObject().put("Type", type).put("URI", "secret:" + secret.substring(secret.indexOf('/') + 1));
    }
}
