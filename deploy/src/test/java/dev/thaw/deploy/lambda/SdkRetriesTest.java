package dev.thaw.deploy.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.thaw.controlplane.auth.Signer;
import dev.thaw.deploy.Failure;
import dev.thaw.deploy.ServerProcess;
import dev.thaw.deploy.Typed;
import dev.thaw.deploy.client.Credentials;
import dev.thaw.deploy.client.ThawClient;
import dev.thaw.deploy.client.Waiting;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.TooManyRequestsException;

/**
 * What AWS's SDKs make of a server that has no room: a function at its own limit (429), and a host without memory for another instance (503).
 * Room comes when the first refusal has arrived, before the SDK tries again of its own accord; it is only watched.
 */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SdkRetriesTest {
    private static final Path MODULE = Path.of("../invoker/src/test/resources/dev/thaw/invoker/behaves.wasm");
    private static final String ID = "AKIDTEST";
    private static final String SECRET = "a-secret-of-some-length";
    private static final String ECHO = "\"echo\"";
    private static final String SCRIPT = """
            const sdk = require('@aws-sdk/client-lambda');
            const lines = require('readline').createInterface({ input: process.stdin })[Symbol.asyncIterator]();
            (async () => {
              for (let line = await lines.next(); !line.done; line = await lines.next()) {
                const [FunctionName, room] = line.value.split(' ');
                const client = new sdk.LambdaClient({ endpoint: process.argv[2], region: 'us-east-1',
                  credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'a-secret-of-some-length' } });
                const statuses = [];
                client.middlewareStack.add((next) => async (args) => {
                  const result = await next(args);
                  statuses.push(result.response.statusCode);
                  if (statuses.length === 1 && room === 'comes') {
                    console.log('refused');
                    await lines.next();
                  }
                  return result;
                }, { step: 'deserialize', priority: 'low' });
                try {
                  const answer = await client.send(new sdk.InvokeCommand({ FunctionName, Payload: '"echo"' }));
                  console.log(JSON.stringify({ statuses, payload: new TextDecoder().decode(answer.Payload) }));
                } catch (e) {
                  console.log(JSON.stringify({ statuses, name: e.name, status: e.$metadata.httpStatusCode, message: e.message,
                    tooMany: e instanceof sdk.TooManyRequestsException, lambda: e instanceof sdk.LambdaServiceException }));
                }
                client.destroy();
              }
            })().catch((e) => { console.log(JSON.stringify({ broken: String(e) })); process.exit(1); });
            """;

    private Path folder;
    private ServerProcess server;

    @BeforeAll
    void start(@TempDir Path empty) throws Exception {
        folder = empty;
        server = ServerProcess.start(folder.resolve("data"), "--keys", ServerProcess.keys(folder, ID, SECRET), "--pool-memory", "4M");
        deploy("f429", "maxConcurrency: 1\n");
        deploy("f503", "");
        try (ThawClient client = client()) {
            // It takes 16 MB, and so the next is thought to: more than all may hold. Only a function's first always runs.
            client.invoke("f503", "\"grow\"".getBytes(StandardCharsets.UTF_8), false);
        }
    }

    @AfterAll
    void end() throws InterruptedException {
        server.close();
    }

    private void deploy(String name, String limit) throws IOException {
        Path home = Files.createDirectories(folder.resolve(name));
        Files.copy(MODULE, home.resolve("m.wasm"));
        Files.writeString(home.resolve("function.yaml"), "name: " + name + "\nruntime: wasi\nhandler: m.wasm\nmemory: 16\ntimeout: 900s\nqueue: 0\n" + limit);
        Typed typed = Typed.with(new byte[0], Map.of("THAW_SERVER", server.url(), "THAW_ACCESS_KEY_ID", ID, "THAW_SECRET_ACCESS_KEY", SECRET),
                "deploy", home.toString());
        assertEquals(0, typed.status(), typed.err());
    }

    private ThawClient client() {
        return new ThawClient(URI.create(server.url()), new Credentials.Signature(new Signer(ID, SECRET)), Optional.empty(), Optional.empty(),
                Waiting.silently());
    }

    private void awaitRunning(String function, int count) throws InterruptedException {
        try (ThawClient client = client()) {
            while (client.call("GET", "/thaw/v1/functions/" + function, Optional.empty()).path("pool").path("running").asInt() != count) {
                Thread.sleep(5);
            }
        }
    }

    /** A request that runs until this is closed. */
    private final class Holder implements AutoCloseable {
        private final String function;
        private final ThawClient client = client();
        private final Thread waits;

        Holder(String function) throws InterruptedException {
            this.function = function;
            this.waits = Thread.ofPlatform().start(() -> assertThrows(Failure.class,
                    () -> client.invoke(function, "\"loop\"".getBytes(StandardCharsets.UTF_8), false)));
            awaitRunning(function, 1);
        }

        /** The client goes away, so the request is ended; there is room when this returns. */
        @Override
        public void close() throws InterruptedException {
            client.close();
            waits.join();
            awaitRunning(function, 0);
        }
    }

    /** Sees every answer, also those that the SDK keeps to itself. */
    private static final class Watch implements ExecutionInterceptor {
        private final List<Integer> statuses = new CopyOnWriteArrayList<>();
        private final AutoCloseable atFirst;

        Watch(AutoCloseable atFirst) {
            this.atFirst = atFirst;
        }

        @Override
        public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
            statuses.add(context.httpResponse().statusCode());
            if (statuses.size() == 1) {
                // The SDK waits so long. How long that is the server guesses from how long requests have taken.
                assertTrue(context.httpResponse().firstMatchingHeader("Retry-After").orElse("none").matches("[1-9][0-9]*"));
                try {
                    atFirst.close();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private LambdaClient lambda(RetryMode mode, Watch watch) {
        return LambdaClient.builder().endpointOverride(URI.create(server.url())).region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(ID, SECRET)))
                .overrideConfiguration(o -> o.retryStrategy(mode).addExecutionInterceptor(watch))
                .httpClient(UrlConnectionHttpClient.create()).build();
    }

    @ParameterizedTest
    @CsvSource({"429, STANDARD", "429, LEGACY", "503, STANDARD", "503, LEGACY"})
    void theSdkForJavaTriesAgainAndIsAnsweredWhenRoomComes(int status, RetryMode mode) throws Exception {
        try (Holder holder = new Holder("f" + status)) {
            Watch watch = new Watch(holder);
            try (LambdaClient lambda = lambda(mode, watch)) {
                String answer = lambda.invoke(r -> r.functionName("f" + status).payload(SdkBytes.fromUtf8String(ECHO))).payload().asUtf8String();
                assertTrue(answer.contains("\"event\": \"echo\""), answer);
            }
            assertEquals(List.of(status, 200), watch.statuses);
        }
    }

    @ParameterizedTest
    @CsvSource({"429, STANDARD, 3", "503, STANDARD, 3", "503, LEGACY, 4"})
    void theSdkForJavaSaysWhatItWasWhenNoRoomComes(int status, RetryMode mode, int attempts) throws Exception {
        try (Holder _ = new Holder("f" + status)) {
            Watch watch = new Watch(() -> { });
            try (LambdaClient lambda = lambda(mode, watch)) {
                LambdaException refused = assertThrows(LambdaException.class, () -> lambda.invoke(r -> r.functionName("f" + status)
                        .payload(SdkBytes.fromUtf8String(ECHO))));
                assertEquals(status, refused.statusCode());
                if (status == 429) {
                    assertTrue(assertInstanceOf(TooManyRequestsException.class, refused).retryAfterSeconds().matches("[1-9][0-9]*"));
                } else {
                    assertEquals("ServiceUnavailableException", refused.awsErrorDetails().errorCode());
                    assertTrue(refused.getMessage().contains("the host has no memory for another instance"), refused.getMessage());
                }
            }
            assertEquals(Collections.nCopies(attempts, status), watch.statuses);
        }
    }

    @Test
    void theSdkForJavaScriptDoesSoToo() throws Exception {
        Npm.install(folder, "@aws-sdk/client-lambda@3");
        Path script = Files.writeString(folder.resolve("test.cjs"), SCRIPT);
        Process node = new ProcessBuilder("node", "--no-warnings", script.toString(), server.url()).directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader said = node.inputReader(StandardCharsets.UTF_8); PrintStream to = new PrintStream(node.getOutputStream(), true)) {
            for (int status : new int[] {429, 503}) {
                try (Holder holder = new Holder("f" + status)) {
                    to.println("f" + status + " comes");
                    assertEquals("refused", said.readLine());
                    holder.close();
                    to.println("go on");
                    JsonNode answer = read(said);
                    assertEquals("[" + status + ",200]", answer.path("statuses").toString(), answer.toString());
                    assertTrue(answer.path("payload").asText().contains("\"event\": \"echo\""), answer.toString());
                }
                try (Holder _ = new Holder("f" + status)) {
                    to.println("f" + status + " stays away");
                    JsonNode refused = read(said);
                    assertEquals(Collections.nCopies(3, status).toString().replace(" ", ""), refused.path("statuses").toString(), refused.toString());
                    assertEquals(status, refused.path("status").asInt());
                    assertEquals(status == 429 ? "TooManyRequestsException" : "ServiceUnavailableException", refused.path("name").asText());
                    assertEquals(status == 429, refused.path("tooMany").asBoolean());
                    assertTrue(refused.path("lambda").asBoolean(), refused.toString());
                }
            }
        } finally {
            node.destroyForcibly().waitFor();
        }
    }

    private static JsonNode read(BufferedReader said) throws IOException {
        return new ObjectMapper().readTree(Optional.ofNullable(said.readLine()).orElse("{\"ended\":true}"));
    }
}
