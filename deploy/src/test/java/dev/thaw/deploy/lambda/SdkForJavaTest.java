package dev.thaw.deploy.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.deploy.Kvm;
import dev.thaw.deploy.ServerProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.EndPointType;
import software.amazon.awssdk.services.lambda.model.EventSourcePosition;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.FunctionResponseType;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LastUpdateStatus;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.LogType;
import software.amazon.awssdk.services.lambda.model.PreconditionFailedException;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.Runtime;
import software.amazon.awssdk.services.lambda.model.State;
import software.amazon.awssdk.services.lambda.model.TooManyRequestsException;

/** The AWS SDK for Java with nothing changed but its endpoint, against a server in a process of its own. */
@Timeout(900)
class SdkForJavaTest {
    private static final String SECRET = "a-secret-of-some-length";
    private static final String ROLE = "arn:aws:iam::123456789012:role/lambda";

    @TempDir
    private Path folder;

    private static SdkBytes zip(String code) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("app.py"));
            zip.write(code.getBytes(StandardCharsets.UTF_8));
        }
        return SdkBytes.fromByteArray(bytes.toByteArray());
    }

    private static SdkBytes answering(String answer) throws IOException {
        return zip("def handler(event, context):\n    print('hello log')\n    return {'answer': '" + answer + "', 'event': event}\n");
    }

    private static String invoke(LambdaClient lambda, String name) {
        InvokeResponse response = lambda.invoke(r -> r.functionName(name).payload(SdkBytes.fromUtf8String("{\"a\": 1}")));
        assertEquals(200, response.statusCode());
        return response.payload().asUtf8String();
    }

    private static void waitForUpdate(LambdaClient lambda, String name) {
        lambda.waiter().waitUntilFunctionUpdatedV2(r -> r.functionName(name)).matched().response()
                .ifPresent(updated -> assertEquals(LastUpdateStatus.SUCCESSFUL, updated.configuration().lastUpdateStatus()));
    }

    @Test
    void drivesAFunctionThroughItsLife() throws Exception {
        Kvm.needed();
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), "--keys", ServerProcess.keys(folder, "AKIDTEST", SECRET));
                LambdaClient lambda = client(server, SECRET); LambdaClient stranger = client(server, "another-secret-of-some-length")) {
            assertEquals(403, assertThrows(LambdaException.class, stranger::listFunctions).statusCode());
            createAndInvoke(lambda);
            publishAndRoute(lambda);
            change(lambda);
            refusals(lambda);
            triggers(lambda);
            lambda.deleteFunction(r -> r.functionName("py"));
            assertThrows(ResourceNotFoundException.class, () -> lambda.getFunction(r -> r.functionName("py")));
        }
    }

    /** Signs as it always does; the server holds the signature against its key. */
    private static LambdaClient client(ServerProcess server, String secret) {
        return LambdaClient.builder().endpointOverride(URI.create(server.url())).region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDTEST", secret)))
                .httpClient(UrlConnectionHttpClient.create()).build();
    }

    private static void createAndInvoke(LambdaClient lambda) throws IOException {
        SdkBytes code = answering("one");
        var created = lambda.createFunction(r -> r.functionName("py").runtime(Runtime.PYTHON3_13).handler("app.handler").role(ROLE)
                .code(c -> c.zipFile(code)).timeout(60).memorySize(128).tags(Map.of("team", "blue"))
                .environment(e -> e.variables(Map.of("COLOR", "red"))));
        assertEquals("$LATEST", created.version());
        assertEquals(State.PENDING, created.state());
        FunctionConfiguration active = lambda.waiter().waitUntilFunctionActiveV2(r -> r.functionName("py")).matched().response().orElseThrow().configuration();
        assertEquals(State.ACTIVE, active.state());
        assertEquals("red", active.environment().variables().get("COLOR"));
        InvokeResponse response = lambda.invoke(r -> r.functionName("py").payload(SdkBytes.fromUtf8String("{\"a\": 1}")).logType(LogType.TAIL));
        assertEquals("{\"answer\": \"one\", \"event\": {\"a\": 1}}", response.payload().asUtf8String());
        assertEquals("$LATEST", response.executedVersion());
        assertTrue(new String(Base64.getDecoder().decode(response.logResult()), StandardCharsets.UTF_8).contains("hello log"));
        assertEquals(202, lambda.invoke(r -> r.functionName("py").invocationType(InvocationType.EVENT)).statusCode());
        assertEquals(204, lambda.invoke(r -> r.functionName("py").invocationType(InvocationType.DRY_RUN)).statusCode());
    }

    private static void publishAndRoute(LambdaClient lambda) throws IOException {
        assertEquals("1", lambda.publishVersion(r -> r.functionName("py").description("first")).version());
        SdkBytes code = answering("two");
        lambda.updateFunctionCode(r -> r.functionName("py").zipFile(code));
        waitForUpdate(lambda, "py");
        assertEquals("2", lambda.publishVersion(r -> r.functionName("py")).version());
        lambda.createAlias(r -> r.functionName("py").name("live").functionVersion("1")
                .routingConfig(c -> c.additionalVersionWeights(Map.of("2", 0.5))));
        Set<String> answered = new HashSet<>();
        while (answered.size() < 2) {
            answered.add(lambda.invoke(r -> r.functionName("py").qualifier("live")).executedVersion());
        }
        assertEquals(Set.of("1", "2"), answered);
        assertEquals(3, lambda.listVersionsByFunctionPaginator(r -> r.functionName("py").maxItems(1)).versions().stream().count());
        assertEquals(1, lambda.listAliases(r -> r.functionName("py")).aliases().size());
    }

    private static void change(LambdaClient lambda) {
        var updated = lambda.updateFunctionConfiguration(r -> r.functionName("py").timeout(59).description("changed"));
        waitForUpdate(lambda, "py");
        assertEquals(59, lambda.getFunctionConfiguration(r -> r.functionName("py")).timeout());
        assertThrows(PreconditionFailedException.class, () -> lambda.updateFunctionConfiguration(r -> r.functionName("py").timeout(58).revisionId("old")));
        lambda.updateFunctionConfiguration(r -> r.functionName("py").timeout(58).revisionId(updated.revisionId()));
        waitForUpdate(lambda, "py");
        assertTrue(invoke(lambda, "py").contains("two"));
        lambda.putFunctionConcurrency(r -> r.functionName("py").reservedConcurrentExecutions(0));
        assertThrows(TooManyRequestsException.class, () -> lambda.invoke(r -> r.functionName("py")));
        lambda.deleteFunctionConcurrency(r -> r.functionName("py"));
        String arn = lambda.getFunction(r -> r.functionName("py")).configuration().functionArn();
        lambda.tagResource(r -> r.resource(arn).tags(Map.of("stage", "test")));
        assertEquals(Map.of("team", "blue", "stage", "test"), lambda.listTags(r -> r.resource(arn)).tags());
        lambda.untagResource(r -> r.resource(arn).tagKeys("team", "stage"));
        assertTrue(lambda.listTags(r -> r.resource(arn)).tags().isEmpty());
        lambda.putFunctionEventInvokeConfig(r -> r.functionName("py").maximumRetryAttempts(0));
        assertTrue(lambda.getFunctionEventInvokeConfig(r -> r.functionName("py")).lastModified().isBefore(Instant.now().plusSeconds(5)));
        assertEquals(1, lambda.getAccountSettings().accountUsage().functionCount());
    }

    private static void refusals(LambdaClient lambda) throws IOException {
        SdkBytes code = answering("x");
        assertThrows(ResourceConflictException.class, () -> lambda.createFunction(r -> r.functionName("py").runtime(Runtime.PYTHON3_13)
                .handler("app.handler").role(ROLE).code(c -> c.zipFile(code))));
        assertTrue(assertThrows(InvalidParameterValueException.class, () -> lambda.createFunction(r -> r.functionName("other").runtime(Runtime.PYTHON3_13)
                .handler("app.handler").role(ROLE).code(c -> c.s3Bucket("bucket").s3Key("key")))).getMessage().contains("S3Bucket"));
        assertTrue(assertThrows(InvalidParameterValueException.class, () -> lambda.createFunction(r -> r.functionName("other").runtime(Runtime.RUBY3_4)
                .handler("app.handler").role(ROLE).code(c -> c.zipFile(code)))).getMessage().contains("Runtime is 'ruby3.4'"));
        assertTrue(assertThrows(InvalidParameterValueException.class, () -> lambda.updateFunctionConfiguration(r -> r.functionName("py")
                .vpcConfig(v -> v.subnetIds("subnet-1")))).getMessage().contains("VpcConfig"));
        assertEquals(1, lambda.listFunctionsPaginator().functions().stream().count());
    }

    /** No broker is there: what is held is the API. */
    private static void triggers(LambdaClient lambda) {
        CreateEventSourceMappingRequest wanted = CreateEventSourceMappingRequest.builder().functionName("py").topics("orders").startingPosition(EventSourcePosition.AT_TIMESTAMP)
                .startingPositionTimestamp(Instant.parse("2026-01-02T03:04:05.500Z")).enabled(false).batchSize(10)
                .selfManagedEventSource(s -> s.endpoints(Map.of(EndPointType.KAFKA_BOOTSTRAP_SERVERS, List.of("127.0.0.1:1"))))
                .selfManagedKafkaEventSourceConfig(c -> c.consumerGroupId("g")).functionResponseTypes(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES)
                .filterCriteria(c -> c.filters(f -> f.pattern("{\"value\":{\"kind\":[\"order\"]}}")))
                .destinationConfig(d -> d.onFailure(f -> f.destination("kafka://failed"))).tags(Map.of("thaw:format", "cloudevents")).build();
        String id = lambda.createEventSourceMapping(wanted).uuid();
        assertThrows(ResourceConflictException.class, () -> lambda.createEventSourceMapping(wanted));
        var got = lambda.getEventSourceMapping(r -> r.uuid(id));
        assertEquals("Disabled", got.state());
        assertEquals(Instant.parse("2026-01-02T03:04:05.500Z"), got.startingPositionTimestamp());
        assertEquals(List.of("127.0.0.1:1"), got.selfManagedEventSource().endpoints().get(EndPointType.KAFKA_BOOTSTRAP_SERVERS));
        assertEquals("kafka://failed", got.destinationConfig().onFailure().destination());
        assertEquals(Map.of("thaw:format", "cloudevents"), lambda.listTags(r -> r.resource(got.eventSourceMappingArn())).tags());
        assertEquals(1, lambda.listEventSourceMappingsPaginator(r -> r.functionName("py")).eventSourceMappings().stream().count());
        assertEquals(20, lambda.updateEventSourceMapping(r -> r.uuid(id).batchSize(20)).batchSize());
        assertThrows(InvalidParameterValueException.class, () -> lambda.updateEventSourceMapping(r -> r.uuid(id).tumblingWindowInSeconds(5)));
        assertThrows(InvalidParameterValueException.class, () -> lambda.createEventSourceMapping(wanted.toBuilder().eventSourceArn("arn:aws:sqs:us-east-1:000000000000:q").build()));
        assertEquals("Deleting", lambda.deleteEventSourceMapping(r -> r.uuid(id)).state());
        assertThrows(ResourceNotFoundException.class, () -> lambda.getEventSourceMapping(r -> r.uuid(id)));
    }
}
