package dev.thaw.controlplane.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.controlplane.Server;
import dev.thaw.controlplane.ServerConfig;
import dev.thaw.controlplane.functions.Seeds;
import dev.thaw.controlplane.lambda.LambdaCalls.Answer;
import dev.thaw.controlplane.packages.Zips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests that are no good, whether VMs run here or not: Lambda's error, the field's name in it, and nothing changed. */
@Timeout(120)
class RefusalsTest {
    private static final String BAD_PARAMETER = "400 InvalidParameterValueException";
    private static final String BAD_JSON = "400 InvalidRequestContentException";
    private static final String BAD_TYPE = "400 SerializationException";
    private static final Map<String, String> SEEDED = Map.of("FunctionName", "seeded");
    private static final String ZIP = Base64.getEncoder().encodeToString(
            new Zips().file("function.yaml", "name: x\nruntime: stdio\ncommand: [cat]\n").bytes());

    @TempDir
    private Path data;
    private Server server;
    private LambdaCalls lambda;
    private String before;

    @BeforeEach
    void start() throws Exception {
        Seeds.function(data, "seeded", "ab".repeat(32));
        server = Server.start(ServerConfig.of(data).listen("127.0.0.1", 0));
        lambda = new LambdaCalls(server.url());
        lambda.settled("seeded");
        before = state();
    }

    @AfterEach
    void nothingHasChanged() throws Exception {
        assertEquals(before, state());
        lambda.close();
        server.close();
    }

    private String state() throws Exception {
        long files = 0;
        for (String folder : List.of("tmp", "packages")) {
            try (Stream<Path> all = Files.list(data.resolve(folder))) {
                files += all.count();
            }
        }
        return files + lambda.call("ListFunctions", Map.of("FunctionVersion", "ALL")).response().body()
                + lambda.call("ListAliases", SEEDED).response().body() + lambda.call("GetFunctionConcurrency", SEEDED).response().body()
                + lambda.call("GetFunction", SEEDED).response().body();
    }

    private void refused(String expected, String inMessage, Answer answer) {
        assertEquals(expected, answer.error(), answer.response().body());
        assertTrue(answer.text("message").contains(inMessage), answer.text("message"));
    }

    private Answer create(String fields) throws IOException, InterruptedException {
        return lambda.call("CreateFunction", Map.of(), "{" + fields + "}");
    }

    private static String full(String more) {
        return "\"FunctionName\":\"other\",\"Role\":\"" + LambdaCalls.ROLE + "\",\"Code\":{\"ZipFile\":\"" + ZIP + "\"}" + more;
    }

    @Test
    void bodiesThatAreNoJson() throws Exception {
        for (String body : List.of("{", "[]", "nothing", "{}{}", "{\"a\":1,\"a\":2}", "\"text\"", "[".repeat(100), "{\"a\":".repeat(100), "{\"Code\":{\"ZipFile\"")) {
            assertEquals(BAD_JSON, lambda.call("CreateFunction", Map.of(), body).error(), body);
            assertEquals(BAD_JSON, lambda.call("UpdateFunctionCode", SEEDED, body).error(), body);
        }
        for (String operation : List.of("UpdateFunctionConfiguration", "PublishVersion", "CreateAlias", "PutFunctionConcurrency",
                "PutFunctionEventInvokeConfig", "UpdateFunctionEventInvokeConfig")) {
            for (String body : List.of("{", "[]", "nothing", "{}{}", "\"text\"", "{\"a\":".repeat(3_000))) {
                assertEquals(BAD_JSON, lambda.call(operation, SEEDED, body).error(), operation + " " + body);
            }
        }
    }

    @Test
    void bodiesThatAreTooLarge() throws Exception {
        String large = "{\"Description\":\"" + "x".repeat(200_000) + "\"}";
        for (String operation : List.of("UpdateFunctionConfiguration", "PublishVersion", "CreateAlias", "PutFunctionConcurrency")) {
            assertEquals("413 RequestTooLargeException", lambda.call(operation, SEEDED, large).error(), operation);
        }
        assertEquals("413 RequestTooLargeException", create(full(",\"Tags\":{" + manyTags() + "}")).error());
        refused(BAD_JSON, "maximum", create(full(",\"Description\":\"" + "x".repeat(300_000) + "\"")));
    }

    private static String manyTags() {
        StringBuilder tags = new StringBuilder();
        for (int i = 0; i < 60_000; i++) {
            tags.append(i == 0 ? "" : ",").append("\"k").append(i).append("\":\"v\"");
        }
        return tags.toString();
    }

    @Test
    void fieldsThatAreMissingOrOfAnotherType() throws Exception {
        refused(BAD_PARAMETER, "FunctionName is missing", create("\"Role\":\"" + LambdaCalls.ROLE + "\""));
        refused(BAD_PARAMETER, "Role is missing", create("\"FunctionName\":\"other\",\"Code\":{\"ZipFile\":\"" + ZIP + "\"}"));
        refused(BAD_PARAMETER, "Code is missing", create("\"FunctionName\":\"other\",\"Role\":\"" + LambdaCalls.ROLE + "\""));
        refused(BAD_PARAMETER, "Code.ZipFile is missing", create("\"FunctionName\":\"other\",\"Role\":\"" + LambdaCalls.ROLE + "\",\"Code\":{}"));
        refused(BAD_PARAMETER, "ZipFile is missing", lambda.call("UpdateFunctionCode", SEEDED, "{}"));
        refused(BAD_TYPE, "Timeout", create(full(",\"Timeout\":\"5\"")));
        refused(BAD_TYPE, "MemorySize", create(full(",\"MemorySize\":1.5")));
        refused(BAD_TYPE, "Publish", create(full(",\"Publish\":1")));
        refused(BAD_TYPE, "Environment.Variables.A", create(full(",\"Environment\":{\"Variables\":{\"A\":1}}")));
        refused(BAD_TYPE, "Tags", create(full(",\"Tags\":[]")));
        refused(BAD_TYPE, "RoutingConfig.AdditionalVersionWeights.1", lambda.call("CreateAlias", SEEDED,
                "{\"Name\":\"a\",\"FunctionVersion\":\"1\",\"RoutingConfig\":{\"AdditionalVersionWeights\":{\"1\":\"x\"}}}"));
        refused(BAD_PARAMETER, "ReservedConcurrentExecutions is missing", lambda.call("PutFunctionConcurrency", SEEDED, "{}"));
        refused(BAD_PARAMETER, "FunctionVersion is missing", lambda.call("CreateAlias", SEEDED, "{\"Name\":\"a\"}"));
    }

    @Test
    void valuesOutOfTheirRange() throws Exception {
        refused(BAD_PARAMETER, "FunctionName is 'a b'", create(full("").replace("other", "a b")));
        refused(BAD_PARAMETER, "Role is 'me'", create(full("").replace(LambdaCalls.ROLE, "me")));
        refused(BAD_PARAMETER, "Timeout is 0", create(full(",\"Timeout\":0")));
        refused(BAD_PARAMETER, "Timeout is 901", lambda.call("UpdateFunctionConfiguration", SEEDED, "{\"Timeout\":901}"));
        refused(BAD_PARAMETER, "MemorySize is 64", lambda.call("UpdateFunctionConfiguration", SEEDED, "{\"MemorySize\":64}"));
        refused(BAD_PARAMETER, "MemorySize is 99999999999999", create(full(",\"MemorySize\":99999999999999")));
        refused(BAD_PARAMETER, "Runtime is 'ruby3.4'", create(full(",\"Runtime\":\"ruby3.4\"")));
        refused(BAD_PARAMETER, "contradicts", create(full(",\"Runtime\":\"python3.13\"")));
        refused(BAD_PARAMETER, "Description has 257", lambda.call("PublishVersion", SEEDED, "{\"Description\":\"" + "x".repeat(257) + "\"}"));
        refused(BAD_PARAMETER, "reserves", create(full(",\"Environment\":{\"Variables\":{\"AWS_REGION\":\"x\"}}")));
        refused(BAD_PARAMETER, "Tags", create(full(",\"Tags\":{\"\":\"x\"}")));
        refused(BAD_PARAMETER, "ReservedConcurrentExecutions is -1", lambda.call("PutFunctionConcurrency", SEEDED, "{\"ReservedConcurrentExecutions\":-1}"));
        refused(BAD_PARAMETER, "RoutingConfig", lambda.call("CreateAlias", SEEDED,
                "{\"Name\":\"a\",\"FunctionVersion\":\"1\",\"RoutingConfig\":{\"AdditionalVersionWeights\":{\"2\":1.5}}}"));
        refused(BAD_PARAMETER, "CodeSha256", lambda.call("PublishVersion", SEEDED, "{\"CodeSha256\":\"AAAA\"}"));
        refused(BAD_PARAMETER, "ZipFile is no base64", lambda.call("UpdateFunctionCode", SEEDED, "{\"ZipFile\":\"???\"}"));
        refused(BAD_PARAMETER, "zip", lambda.call("UpdateFunctionCode", SEEDED, "{\"ZipFile\":\"AAAA\"}"));
        refused(BAD_PARAMETER, "'../evil'", lambda.call("UpdateFunctionCode", SEEDED, "{\"ZipFile\":\""
                + Base64.getEncoder().encodeToString(new Zips().file("../evil", "x").bytes()) + "\"}"));
        refused(BAD_PARAMETER, "Runtime and Handler", create(full("").replace(ZIP,
                Base64.getEncoder().encodeToString(new Zips().file("app.py", "x").bytes()))));
    }

    @Test
    void whatIsNotSupportedByItsName() throws Exception {
        Map<String, String> unsupported = new HashMap<>(Map.of("VpcConfig", "{\"SubnetIds\":[\"subnet-1\"]}", "KMSKeyArn", "\"arn:aws:kms:x\"",
                "Layers", "[\"arn:aws:lambda:us-east-1:123456789012:layer:l:1\"]", "DeadLetterConfig", "{\"TargetArn\":\"arn:aws:sqs:x\"}",
                "TracingConfig", "{\"Mode\":\"Active\"}", "EphemeralStorage", "{\"Size\":1024}", "LoggingConfig", "{\"LogFormat\":\"JSON\"}",
                "ImageConfig", "{\"Command\":[\"x\"]}", "FileSystemConfigs", "[{\"Arn\":\"x\"}]"));
        unsupported.put("NoSuchField", "1");
        for (var each : unsupported.entrySet()) {
            refused(BAD_PARAMETER, each.getKey(), create(full(",\"" + each.getKey() + "\":" + each.getValue())));
            refused(BAD_PARAMETER, each.getKey(), lambda.call("UpdateFunctionConfiguration", SEEDED, "{\"" + each.getKey() + "\":" + each.getValue() + "}"));
        }
        refused(BAD_PARAMETER, "PackageType", create(full(",\"PackageType\":\"Image\"")));
        refused(BAD_PARAMETER, "Architectures", create(full(",\"Architectures\":[\"arm64\"]")));
        refused(BAD_PARAMETER, "Code.S3Bucket", create(full("").replace("{\"ZipFile\"", "{\"S3Bucket\":\"b\",\"ZipFile\"")));
        refused(BAD_PARAMETER, "ImageUri", lambda.call("UpdateFunctionCode", SEEDED, "{\"ImageUri\":\"x\"}"));
        refused(BAD_PARAMETER, "X-Amz-Tenant-Id", lambda.invoke("seeded", "{}", "X-Amz-Tenant-Id", "t"));
        refused(BAD_PARAMETER, "X-Amz-Log-Type", lambda.invoke("seeded", "{}", "X-Amz-Log-Type", "All"));
        refused(BAD_PARAMETER, "not supported", lambda.call("GetPolicy", SEEDED));
        refused(BAD_PARAMETER, "not supported", lambda.call("ListLayers", Map.of()));
        refused(BAD_PARAMETER, "not supported", lambda.call("CreateFunctionUrlConfig", SEEDED, "{\"AuthType\":\"NONE\"}"));
    }

    @Test
    void whatIsNotSupportedIsTakenWhereItSaysNone() throws Exception {
        for (String none : List.of("\"VpcConfig\":{}", "\"VpcConfig\":{\"SubnetIds\":[],\"SecurityGroupIds\":[]}", "\"DeadLetterConfig\":{\"TargetArn\":\"\"}",
                "\"KMSKeyArn\":\"\"", "\"Layers\":[]", "\"FileSystemConfigs\":[]", "\"ImageConfig\":{}", "\"DurableConfig\":null", "\"VpcConfig\":null")) {
            refused("412 PreconditionFailedException", "RevisionId", lambda.call("UpdateFunctionConfiguration", SEEDED, "{" + none + ",\"RevisionId\":\"x\"}"));
        }
    }

    @Test
    void whatIsNotSupportedIsRefusedEmptyWhereThatAsksForIt() throws Exception {
        for (String member : List.of("DurableConfig", "CapacityProviderConfig")) {
            refused(BAD_PARAMETER, member, create(full(",\"" + member + "\":{}")));
            refused(BAD_PARAMETER, member, lambda.call("UpdateFunctionConfiguration", SEEDED, "{\"" + member + "\":{}}"));
        }
        refused(BAD_PARAMETER, "TenancyConfig", create(full(",\"TenancyConfig\":{}")));
        refused(BAD_PARAMETER, "PublishTo", lambda.call("UpdateFunctionCode", SEEDED, "{\"ZipFile\":\"" + ZIP + "\",\"PublishTo\":\"\"}"));
        refused(BAD_PARAMETER, "PublishTo", lambda.call("PublishVersion", SEEDED, "{\"PublishTo\":\"\"}"));
        for (String member : List.of("ProvisionedPollerConfig", "AmazonManagedKafkaEventSourceConfig", "DocumentDBEventSourceConfig")) {
            refused(BAD_PARAMETER, member, lambda.call("CreateEventSourceMapping", Map.of(), "{\"FunctionName\":\"seeded\",\"" + member + "\":{}}"));
        }
        refused(BAD_PARAMETER, "CodeSha256 is ''", lambda.call("PublishVersion", SEEDED, "{\"CodeSha256\":\"\"}"));
    }

    @Test
    void functionsThatThereAreNone() throws Exception {
        Map<String, String> nobody = Map.of("FunctionName", "nobody");
        for (String operation : List.of("GetFunction", "GetFunctionConfiguration", "DeleteFunction", "PublishVersion", "ListVersionsByFunction",
                "ListAliases", "GetFunctionConcurrency", "DeleteFunctionConcurrency", "UpdateFunctionConfiguration", "GetFunctionEventInvokeConfig",
                "PutFunctionEventInvokeConfig", "ListFunctionEventInvokeConfigs")) {
            assertEquals("404 ResourceNotFoundException", lambda.call(operation, nobody, "").error(), operation);
        }
        assertEquals("404 ResourceNotFoundException", lambda.call("UpdateFunctionCode", nobody, "{\"ZipFile\":\"" + ZIP + "\"}").error());
        assertEquals("404 ResourceNotFoundException", lambda.call("PutFunctionConcurrency", nobody, "{\"ReservedConcurrentExecutions\":1}").error());
        assertEquals("409 ResourceConflictException", create(full("").replace("other", "seeded")).error());
    }
}
