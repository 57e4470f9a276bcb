package dev.thaw.invoker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.thaw.invoker.contract.Answer;
import dev.thaw.invoker.contract.HostRuntimeApi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Our Node.js runtime, run natively against the Runtime API that VMs find: what it is to handlers. */
class NodeRuntimeTest {
    /** Not an expectation: the end of a test that hangs. */
    private static final long HUNG_MILLIS = 120_000;

    @TempDir Path folder;
    private String node;
    private Path runtime;
    private HostRuntimeApi api;
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void find() throws IOException {
        try {
            node = new NodeFinder(System.getenv()).find().executable().toString();
        } catch (PrepareException e) {
            assumeTrue(false, e.getMessage());
        }
        runtime = RuntimeFiles.NODE.install(folder.resolve("data"));
        Files.createDirectories(folder.resolve("task"));
        api = new HostRuntimeApi();
    }

    @AfterEach
    void end() throws IOException {
        started.forEach(Process::destroyForcibly);
        if (api != null) {
            api.close();
        }
    }

    private void start(String handler, String file, String code) throws IOException {
        Files.writeString(folder.resolve("task").resolve(file), code);
        ProcessBuilder builder = new ProcessBuilder(node, "--expose-gc", runtime.resolve("bootstrap.mjs").toString());
        builder.environment().putAll(Map.of("AWS_LAMBDA_RUNTIME_API", api.address(), "_HANDLER", handler,
                "LAMBDA_TASK_ROOT", folder.resolve("task").toString(), "AWS_LAMBDA_FUNCTION_NAME", "f"));
        builder.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile());
        started.add(builder.start());
    }

    private String answer(String event) throws Exception {
        Answer answer = api.ask("id-1", event, HUNG_MILLIS);
        return new String(assertInstanceOf(Answer.Response.class, answer, this::log).payload(), StandardCharsets.UTF_8);
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "index.mjs|export const handler = async (event, context) => ({n: event.n + 1, id: context.awsRequestId});",
        "index.js|exports.handler = async (event, context) => ({n: event.n + 1, id: context.awsRequestId});",
        "index.js|exports.handler = (event, context, done) => setTimeout(() => done(null, {n: event.n + 1, id: context.awsRequestId}), 5);",
        "index.cjs|module.exports = {handler(event, context) { context.succeed({n: event.n + 1, id: context.awsRequestId}); }};",
        "index.mjs|const handler = (event, context) => new Promise(r => setImmediate(r, {n: event.n + 1, id: context.awsRequestId})); export default {handler};"})
    void runsHandlersOfEveryKind(String file, String code) throws Exception {
        start("index.handler", file, code);
        for (int i = 0; i < 3; i++) {
            assertEquals("{\"n\":" + (i + 1) + ",\"id\":\"id-1\"}", answer("{\"n\":" + i + "}"));
        }
    }

    @Test
    void aModuleOfTypeModuleAndANestedExportAreFound() throws Exception {
        Files.writeString(folder.resolve("task/package.json"), "{\"type\": \"module\"}");
        Files.createDirectories(folder.resolve("task/src"));
        start("src/app.api.handler", "src/app.js", "export const api = {handler: async () => [typeof require, import.meta.url.length > 0]};");
        assertEquals("[\"undefined\",true]", answer("{}"));
    }

    @Test
    void givesTheContextThatLambdaGives() throws Exception {
        start("index.handler", "index.mjs", """
                export const handler = async (event, context) => {
                    const left = context.getRemainingTimeInMillis();
                    return [context.functionName, context.invokedFunctionArn, context.clientContext.custom.a,
                            left > 300000 && left <= 600000, process.env._X_AMZN_TRACE_ID];
                };""");
        assertEquals("[\"f\",\"arn:test\",1,true,\"Root=1\"]", answer("{}"));
    }

    @Test
    void takesAndGivesLargeDocumentsInAnyPieces() throws Exception {
        start("index.handler", "index.mjs", "export const handler = async (event) => event + event;");
        String big = "é".repeat(1 << 20);
        assertEquals("\"" + big + big + "\"", answer("\"" + big + "\""));
        assertEquals("\"xx\"", answer("\"x\""));
    }

    @Test
    void aHandlerThatLeavesNothingToWaitForAnswersNull() throws Exception {
        start("index.handler", "index.mjs", "export const handler = (event, context, done) => {};");
        assertEquals("null", answer("{}"));
        assertEquals("null", answer("{}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "throw new TypeError('no')|TypeError|no",
        "return 10n|Runtime.MarshalError|Do not know how to serialize a BigInt",
        "await Promise.reject('plain')|string|plain",
        "setTimeout(() => { throw new RangeError('late'); }); await new Promise(() => setTimeout(() => {}, 9000))|RangeError|late",
        "Promise.reject(new Error('lost')); await new Promise(() => setTimeout(() => {}, 9000))|Runtime.UnhandledPromiseRejection|Error: lost"})
    void reportsTheHandlersErrors(String body, String type, String message) throws Exception {
        start("index.handler", "index.mjs", "export const handler = async () => { " + body + "; };");
        Answer.Error error = assertInstanceOf(Answer.Error.class, api.ask("id-1", "{}", HUNG_MILLIS), this::log);
        assertEquals(type, error.errorType());
        String json = new String(error.payload(), StandardCharsets.UTF_8);
        assertTrue(json.contains("\"errorMessage\":\"" + message), json);
        assertTrue(json.contains("\"trace\":["), json);
        assertTrue(log().contains("\tid-1\tERROR\tInvoke Error \t{\"errorType\":\"" + type), this::log);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "index.handler|export const other = 1;|Runtime.HandlerNotFound",
        "index.handler|export const handler = 1;|Runtime.HandlerNotFound",
        "other.handler|export const handler = 1;|Runtime.ImportModuleError",
        "index.handler|import './missing.mjs';|Runtime.ImportModuleError",
        "index.handler|export const handler = (;|Runtime.UserCodeSyntaxError",
        "index.handler|throw new RangeError('x');|RangeError",
        "index|export const handler = 1;|Runtime.MalformedHandlerName"})
    void reportsTheModulesErrors(String handler, String code, String type) throws Exception {
        start(handler, "index.mjs", code);
        Answer.Error error = assertInstanceOf(Answer.Error.class, api.ask("id-1", "{}", HUNG_MILLIS), this::log);
        assertEquals(type, error.errorType(), this::log);
        assertEquals(Answer.Stage.INIT, error.stage());
    }

    @Test
    void runsTheHooksAroundTheSnapshotAndRenewsWhatIsRandom() throws Exception {
        start("index.handler", "index.mjs", """
                import { randomInt, randomUUID } from 'node:crypto';
                const seen = [];
                const early = [Math.random(), randomInt(1 << 30), randomUUID()];
                thaw.beforeFreeze(() => seen.push('before 1'));
                thaw.beforeFreeze(async () => seen.push('before 2'));
                thaw.afterThaw(() => seen.push('after 1'));
                thaw.afterThaw(() => seen.push('after 2'));
                export const handler = async () => [...seen, early.length,
                    new Set([...early, Math.random(), randomInt(1 << 30), randomUUID(), crypto.randomUUID()]).size];""");
        assertEquals("[\"before 2\",\"before 1\",\"after 1\",\"after 2\",3,7]", answer("{}"));
    }

    @Test
    void logsWithTimeRequestAndLevel() throws Exception {
        start("index.handler", "index.mjs", """
                console.log('at first');
                export const handler = async () => { console.warn('%s of %d', 'one', 2); };""");
        assertEquals("null", answer("{}"));
        assertTrue(log().matches("(?s)\\d{4}-.*Z\tundefined\tINFO\tat first\n\\d{4}-.*Z\tid-1\tWARN\tone of 2\n"), this::log);
    }
}
