package dev.thaw.controlplane.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.functions.Alias;
import dev.thaw.controlplane.functions.Changes;
import dev.thaw.controlplane.functions.EventInvokeConfig;
import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.controlplane.functions.FunctionState;
import dev.thaw.controlplane.functions.LambdaRuntime;
import dev.thaw.controlplane.functions.StoredVersion;
import dev.thaw.controlplane.functions.VersionInfo;
import dev.thaw.controlplane.http.Json;
import dev.thaw.invoker.FunctionNames;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** Writes what Lambda's service model calls FunctionConfiguration, AliasConfiguration and FunctionEventInvokeConfig. */
final class Shapes {
    /** Lambda's own form of LastModified. */
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSZ", Locale.ROOT).withZone(ZoneOffset.UTC);
    /** Of functions that came without one: nothing here assumes roles. */
    private static final String NO_ROLE = "arn:aws:iam::000000000000:role/thaw";

    private Shapes() {}

    static String arn(String function, Optional<String> qualifier) {
        return new FunctionReference(function, qualifier).arn();
    }

    /** @param qualifier how the caller named it, for the ARN */
    static ObjectNode configuration(VersionInfo info, Optional<String> qualifier) {
        StoredVersion version = info.version();
        ObjectNode settings = Changes.settings(version);
        ObjectNode json = Json.object();
        boolean latest = qualifier.isEmpty() || qualifier.get().equals(FunctionReference.LATEST);
        json.put("FunctionName", FunctionNames.plain(version.function()));
        json.put("FunctionArn", arn(version.function(), qualifier));
        String runtime = info.manifest().runtime().label();
        json.put("Runtime", settings.path("Runtime").asText(LambdaRuntime.lambda(runtime)));
        json.put("Role", settings.path("Role").asText(NO_ROLE));
        String handler = settings.path("Handler").asText(info.manifest().handler());
        if (!handler.isEmpty()) {
            json.put("Handler", handler);
        }
        json.put("CodeSize", version.zipBytes());
        json.put("Description", settings.path("Description").asText(""));
        json.put("Timeout", Math.max(1, (info.manifest().timeout().toMillis() + 999) / 1_000));
        json.put("MemorySize", info.manifest().memoryMb());
        json.put("LastModified", TIME.format(version.deployedAt()));
        json.put("CodeSha256", Changes.base64(version.sha256()));
        json.put("Version", latest ? FunctionReference.LATEST : version.qualifier());
        if (!info.manifest().environment().isEmpty()) {
            ObjectNode variables = json.putObject("Environment").putObject("Variables");
            info.manifest().environment().forEach(variables::put);
        }
        json.putObject("TracingConfig").put("Mode", "PassThrough");
        json.put("RevisionId", version.revision());
        state(info, json);
        json.put("PackageType", "Zip");
        json.putArray("Architectures").add("x86_64");
        json.putObject("EphemeralStorage").put("Size", 512);
        String snapStart = settings.path("SnapStart").asText("None");
        json.putObject("SnapStart").put("ApplyOn", snapStart)
                .put("OptimizationStatus", !latest && snapStart.equals("PublishedVersions") ? "On" : "Off");
        json.putObject("LoggingConfig").put("LogFormat", "Text").put("LogGroup", "/aws/lambda/" + FunctionNames.plain(version.function()));
        return json;
    }

    private static void state(VersionInfo info, ObjectNode json) {
        FunctionState state = info.state();
        if (info.updating()) {
            json.put("State", "Active").put("LastUpdateStatus", "InProgress");
            return;
        }
        json.put("State", state.kind().label());
        switch (state.kind()) {
            case ACTIVE -> json.put("LastUpdateStatus", "Successful");
            case PENDING -> json.put("StateReason", "The function is being made ready").put("StateReasonCode", "Creating")
                    .put("LastUpdateStatus", "Successful");
            case FAILED -> {
                String code = reasonCode(state.errorType());
                json.put("StateReason", state.reason()).put("StateReasonCode", code);
                json.put("LastUpdateStatus", "Failed").put("LastUpdateStatusReason", state.reason()).put("LastUpdateStatusReasonCode", code);
            }
        }
    }

    private static String reasonCode(String errorType) {
        if (errorType.isEmpty() || errorType.startsWith("Sandbox.NoKvm")) {
            return "InternalError";
        }
        return switch (errorType) {
            case "Runtime.NotFound" -> "InvalidRuntime";
            case "Runtime.InvalidEntrypoint" -> "FunctionError.InvalidEntryPoint";
            case "Sandbox.Timedout" -> "FunctionError.InitTimeout";
            default -> "FunctionError.RuntimeInitError";
        };
    }

    static ObjectNode alias(String function, Alias alias) {
        ObjectNode json = Json.object();
        json.put("AliasArn", arn(function, Optional.of(alias.name())));
        json.put("Name", alias.name());
        json.put("FunctionVersion", alias.version() == Alias.LATEST ? FunctionReference.LATEST : Integer.toString(alias.version()));
        json.put("Description", alias.description());
        if (!alias.weights().isEmpty()) {
            ObjectNode weights = json.putObject("RoutingConfig").putObject("AdditionalVersionWeights");
            alias.weights().forEach((version, weight) -> weights.put(Integer.toString(version), weight));
        }
        json.put("RevisionId", alias.revision());
        return json;
    }

    static ObjectNode eventInvoke(String function, String qualifier, EventInvokeConfig config) {
        ObjectNode json = Json.object();
        json.put("LastModified", seconds(config.modified()));
        json.put("FunctionArn", arn(function, Optional.of(qualifier)));
        config.retryAttempts().ifPresent(attempts -> json.put("MaximumRetryAttempts", attempts));
        config.maxAgeSeconds().ifPresent(seconds -> json.put("MaximumEventAgeInSeconds", seconds));
        ObjectNode destinations = json.putObject("DestinationConfig");
        config.onSuccess().ifPresent(arn -> destinations.putObject("OnSuccess").put("Destination", arn));
        config.onFailure().ifPresent(arn -> destinations.putObject("OnFailure").put("Destination", arn));
        return json;
    }

    /** A timestamp of a rest-json body: seconds, with their fraction. */
    static double seconds(Instant time) {
        return time.toEpochMilli() / 1e3;
    }
}
