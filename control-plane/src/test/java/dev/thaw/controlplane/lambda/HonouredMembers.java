package dev.thaw.controlplane.lambda;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The members of inputs that are honoured, each with a value and where it shows; all others are refused. */
final class HonouredMembers {
    /**
     * One of them.
     *
     * @param member  its path; lists do not count in it
     * @param fields  an object with a value for it, and what that needs beside it
     * @param seenBy  the operation that shows it, empty for the answer itself
     * @param pointer to it there
     * @param shows   JSON that is seen there
     */
    record Honoured(String operation, String member, String fields, String seenBy, String pointer, String shows) {}

    static final List<Honoured> ALL = all();
    /** Those that show in what becomes of the request: tests of their own look at them. */
    private static final List<String> BY_EFFECT = List.of("UpdateFunctionCode Publish", "UpdateFunctionCode DryRun", "UpdateFunctionCode RevisionId",
            "UpdateFunctionConfiguration RevisionId", "PublishVersion RevisionId", "PublishVersion CodeSha256", "UpdateAlias RevisionId");

    private HonouredMembers() {}

    static Optional<String> find(String operation, String member) {
        return BY_EFFECT.stream().filter(each -> each.equals(operation + " " + member)).findFirst()
                .or(() -> ALL.stream().filter(each -> each.operation().equals(operation) && each.member().equals(member)).map(Honoured::member).findFirst());
    }

    private static List<Honoured> all() {
        List<Honoured> all = new ArrayList<>();
        for (String operation : List.of("CreateFunction", "UpdateFunctionConfiguration")) {
            settings(all, operation);
        }
        shown(all, "CreateFunction", "FunctionName", "{\"FunctionName\":\"other\"}", "/FunctionName", "\"other\"");
        shown(all, "CreateFunction", "Code.ZipFile", "{\"Code\":{\"ZipFile\":\"" + Operations.ZIP + "\"}}", "/CodeSize", Integer.toString(Operations.zip("a").length));
        shown(all, "CreateFunction", "Publish", "{\"FunctionName\":\"published\",\"Publish\":true}", "/Version", "\"1\"");
        shown(all, "CreateFunction", "PackageType", "{\"PackageType\":\"Zip\"}", "/PackageType", "\"Zip\"");
        shown(all, "CreateFunction", "Architectures", "{\"Architectures\":[\"x86_64\"]}", "/Architectures/0", "\"x86_64\"");
        all.add(new Honoured("CreateFunction", "Tags", "{\"Tags\":{\"a\":\"b\"}}", "ListTags", "/Tags", "{\"a\":\"b\"}"));
        shown(all, "UpdateFunctionCode", "ZipFile", "{\"ZipFile\":\"" + Operations.ZIP + "\"}", "/CodeSize", Integer.toString(Operations.zip("a").length));
        shown(all, "UpdateFunctionCode", "Architectures", "{\"Architectures\":[\"x86_64\"]}", "/Architectures/0", "\"x86_64\"");
        shown(all, "PublishVersion", "Description", "{\"Description\":\"new\"}", "/Description", "\"new\"");
        shown(all, "CreateAlias", "Name", "{\"Name\":\"other\"}", "/Name", "\"other\"");
        for (String operation : List.of("CreateAlias", "UpdateAlias")) {
            shown(all, operation, "FunctionVersion", "{\"FunctionVersion\":\"1\"}", "/FunctionVersion", "\"1\"");
            shown(all, operation, "Description", "{\"Description\":\"new\"}", "/Description", "\"new\"");
            shown(all, operation, "RoutingConfig.AdditionalVersionWeights", "{\"RoutingConfig\":{\"AdditionalVersionWeights\":{\"2\":0.5}}}",
                    "/RoutingConfig/AdditionalVersionWeights/2", "0.5");
        }
        shown(all, "PutFunctionConcurrency", "ReservedConcurrentExecutions", "{\"ReservedConcurrentExecutions\":9}", "/ReservedConcurrentExecutions", "9");
        all.add(new Honoured("TagResource", "Tags", "{\"Tags\":{\"a\":\"b\"}}", "ListTags", "/Tags/a", "\"b\""));
        for (String operation : List.of("PutFunctionEventInvokeConfig", "UpdateFunctionEventInvokeConfig")) {
            shown(all, operation, "MaximumRetryAttempts", "{\"MaximumRetryAttempts\":0}", "/MaximumRetryAttempts", "0");
            shown(all, operation, "MaximumEventAgeInSeconds", "{\"MaximumEventAgeInSeconds\":61}", "/MaximumEventAgeInSeconds", "61");
            for (String which : List.of("OnSuccess", "OnFailure")) {
                shown(all, operation, "DestinationConfig." + which + ".Destination", "{\"DestinationConfig\":{\"" + which + "\":{\"Destination\":\"" + World.ARN + "\"}}}",
                        "/DestinationConfig/" + which + "/Destination", "\"" + World.ARN + "\"");
            }
        }
        mappings(all);
        return List.copyOf(all);
    }

    private static void shown(List<Honoured> all, String operation, String member, String fields, String pointer, String shows) {
        all.add(new Honoured(operation, member, fields, "", pointer, shows));
    }

    private static void settings(List<Honoured> all, String operation) {
        shown(all, operation, "Role", "{\"Role\":\"arn:aws:iam::123456789012:role/other\"}", "/Role", "\"arn:aws:iam::123456789012:role/other\"");
        shown(all, operation, "Runtime", "{\"Runtime\":\"provided.al2023\"}", "/Runtime", "\"provided.al2023\"");
        shown(all, operation, "Handler", "{\"Handler\":\"m.wasm\"}", "/Handler", "\"m.wasm\"");
        shown(all, operation, "Description", "{\"Description\":\"new\"}", "/Description", "\"new\"");
        shown(all, operation, "Timeout", "{\"Timeout\":17}", "/Timeout", "17");
        shown(all, operation, "MemorySize", "{\"MemorySize\":129}", "/MemorySize", "129");
        shown(all, operation, "Environment.Variables", "{\"Environment\":{\"Variables\":{\"AB\":\"x\"}}}", "/Environment/Variables/AB", "\"x\"");
        shown(all, operation, "TracingConfig.Mode", "{\"TracingConfig\":{\"Mode\":\"PassThrough\"}}", "/TracingConfig/Mode", "\"PassThrough\"");
        shown(all, operation, "EphemeralStorage.Size", "{\"EphemeralStorage\":{\"Size\":512}}", "/EphemeralStorage/Size", "512");
        shown(all, operation, "SnapStart.ApplyOn", "{\"SnapStart\":{\"ApplyOn\":\"PublishedVersions\"}}", "/SnapStart/ApplyOn", "\"PublishedVersions\"");
        shown(all, operation, "LoggingConfig.LogFormat", "{\"LoggingConfig\":{\"LogFormat\":\"Text\"}}", "/LoggingConfig/LogFormat", "\"Text\"");
        String group = "\"/aws/lambda/" + (operation.equals("CreateFunction") ? "fresh" : "f") + "\"";
        shown(all, operation, "LoggingConfig.LogGroup", "{\"LoggingConfig\":{\"LogGroup\":" + group + "}}", "/LoggingConfig/LogGroup", group);
    }

    private static void mappings(List<Honoured> all) {
        String create = "CreateEventSourceMapping";
        for (String operation : List.of(create, "UpdateEventSourceMapping")) {
            shown(all, operation, "FunctionName", "{\"FunctionName\":\"f:1\"}", "/FunctionArn", "\"" + World.ARN + ":1\"");
            all.add(new Honoured(operation, "Enabled", "{\"Enabled\":false}", "GetEventSourceMapping", "/State", "\"Disabled\""));
            shown(all, operation, "BatchSize", "{\"BatchSize\":5}", "/BatchSize", "5");
            shown(all, operation, "FilterCriteria.Filters.Pattern", "{\"FilterCriteria\":{\"Filters\":[{\"Pattern\":\"{\\\"key\\\":[1]}\"}]}}",
                    "/FilterCriteria/Filters/0/Pattern", "\"{\\\"key\\\":[1]}\"");
            shown(all, operation, "MaximumBatchingWindowInSeconds", "{\"MaximumBatchingWindowInSeconds\":5}", "/MaximumBatchingWindowInSeconds", "5");
            shown(all, operation, "DestinationConfig.OnFailure.Destination", "{\"DestinationConfig\":{\"OnFailure\":{\"Destination\":\"kafka://failed\"}}}",
                    "/DestinationConfig/OnFailure/Destination", "\"kafka://failed\"");
            shown(all, operation, "MaximumRecordAgeInSeconds", "{\"MaximumRecordAgeInSeconds\":60}", "/MaximumRecordAgeInSeconds", "60");
            shown(all, operation, "BisectBatchOnFunctionError", "{\"BisectBatchOnFunctionError\":true}", "/BisectBatchOnFunctionError", "true");
            shown(all, operation, "MaximumRetryAttempts", "{\"MaximumRetryAttempts\":5}", "/MaximumRetryAttempts", "5");
            shown(all, operation, "FunctionResponseTypes", "{\"FunctionResponseTypes\":[\"ReportBatchItemFailures\"]}", "/FunctionResponseTypes/0", "\"ReportBatchItemFailures\"");
            String access = "{\"SourceAccessConfigurations\":[{\"Type\":\"BASIC_AUTH\",\"URI\":\"secret:kafka\"}]}";
            shown(all, operation, "SourceAccessConfigurations.Type", access, "/SourceAccessConfigurations/0/Type", "\"BASIC_AUTH\"");
            shown(all, operation, "SourceAccessConfigurations.URI", access, "/SourceAccessConfigurations/0/URI", "\"secret:kafka\"");
        }
        shown(all, create, "StartingPosition", "{\"StartingPosition\":\"LATEST\"}", "/StartingPosition", "\"LATEST\"");
        shown(all, create, "StartingPositionTimestamp", "{\"StartingPosition\":\"AT_TIMESTAMP\",\"StartingPositionTimestamp\":1700000000.5}",
                "/StartingPositionTimestamp", "1.7000000005E9");
        shown(all, create, "Topics", "{\"Topics\":[\"other\"]}", "/Topics/0", "\"other\"");
        shown(all, create, "SelfManagedEventSource.Endpoints", "{\"SelfManagedEventSource\":{\"Endpoints\":{\"KAFKA_BOOTSTRAP_SERVERS\":[\"other:1\"]}}}",
                "/SelfManagedEventSource/Endpoints/KAFKA_BOOTSTRAP_SERVERS/0", "\"other:1\"");
        shown(all, create, "SelfManagedKafkaEventSourceConfig.ConsumerGroupId", "{\"SelfManagedKafkaEventSourceConfig\":{\"ConsumerGroupId\":\"mine\"}}",
                "/SelfManagedKafkaEventSourceConfig/ConsumerGroupId", "\"mine\"");
        all.add(new Honoured(create, "Tags", "{\"Tags\":{\"a\":\"b\"}}", "ListTags of the mapping", "/Tags/a", "\"b\""));
    }
}
