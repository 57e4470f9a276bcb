package dev.thaw.invoker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Python functions with our runtime and the host's interpreter, in real VMs. */
class PythonFunctionTest {
    private static final String MANIFEST = "name: py\nruntime: python3\nhandler: app.handler\ntimeout: 60s\n";

    @TempDir Path folder;
    private Functions functions;

    @BeforeEach
    void open() throws Exception {
        try {
            new PythonFinder(System.getenv()).find();
        } catch (PrepareException e) {
            assumeTrue(false, e.getMessage());
        }
        functions = new Functions(folder);
    }

    @AfterEach
    void close() {
        if (functions != null) {
            functions.close();
        }
    }

    private FunctionVersion app(String code) throws Exception {
        return functions.of(MANIFEST, "app.py", code);
    }

    @Test
    void answersFromTheFrozenState() throws Exception {
        FunctionVersion version = app("""
                import time
                count = 0
                def handler(event, context):
                    global count
                    count += 1
                    print("hello", event["name"])
                    return {"count": count, "name": event["name"], "id": context.aws_request_id,
                            "time": time.time(), "left": context.get_remaining_time_in_millis() > 5000}
                """);
        functions.invoker.prepare(version);
        for (int i = 0; i < 3; i++) {
            double before = System.currentTimeMillis() / 1000.0;
            String answer = functions.answer(version, "{\"name\": \"Ada\"}");
            assertTrue(answer.startsWith("{\"count\": 1, \"name\": \"Ada\", \"id\": \""), answer);
            assertTrue(answer.endsWith("\"left\": true}"), answer);
            double time = Double.parseDouble(answer.replaceAll(".*\"time\": ([0-9.]+),.*", "$1"));
            assertTrue(time > before - 0.05 && time < System.currentTimeMillis() / 1000.0 + 0.05);
        }
        assertEquals(3, functions.lines.stream().filter(line -> line.endsWith(" hello Ada")).count());
    }

    @Test
    void nothingRandomIsSeenTwice() throws Exception {
        FunctionVersion version = app("""
                import json, os, random, secrets, ssl, tempfile, uuid
                random.random(), uuid.uuid1(), uuid.uuid4(), secrets.token_hex(), tempfile.mktemp()
                def handler(event, context):
                    return "%s %s %s %s %s %s" % (uuid.uuid4(), uuid.uuid1(), random.random(), secrets.token_hex(8),
                                               tempfile.mktemp(), ssl.RAND_bytes(8).hex())
                """);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            for (String word : functions.answer(version, "{}").replace("\"", "").split(" ")) {
                assertTrue(seen.add(word), word + " was seen before");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "raise ValueError('no')|ValueError|no",
        "return object()|Runtime.MarshalError|Unable to marshal response: Object of type object is not JSON serializable",
        "return 1/0|ZeroDivisionError|division by zero"})
    void reportsTheHandlersErrors(String body, String type, String message) throws Exception {
        FunctionVersion version = app("def handler(event, context):\n    " + body + "\n");
        InvocationResult.FunctionError error = functions.error(version, "{}");
        assertEquals(type, error.errorType());
        assertEquals(message, error.errorMessage());
        assertTrue(new String(error.payload()).contains("\"stackTrace\""));
    }

    @Test
    void reportsTheModulesErrors() throws Exception {
        assertInit("import nothing_like_that", "Runtime.ImportModuleError",
                "Unable to import module 'app': No module named 'nothing_like_that'");
        assertInit("x = 1", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'app'");
        assertInit("def handler(:", "Runtime.UserCodeSyntaxError", "Syntax error in module 'app': ");
        assertInit("raise KeyError('x')", "KeyError", "'x'");
        assertInit("import sys; print('bye'); sys.exit(3)", "Runtime.ExitError", "exit status 3");
    }

    @Test
    void triesOnceToMakeAVersionReadyHoweverLongThatTakes() throws Exception {
        FunctionVersion version = app("print('begins', flush=True); import time; time.sleep(2.5); raise KeyError('x')\n");

        assertThrows(PrepareException.class, () -> functions.invoker.prepare(version));

        Thread.sleep(2_000); // longer than the pools are left alone
        assertEquals(1, functions.lines.stream().filter(line -> line.endsWith(" begins")).count(), functions.lines::toString);
    }

    private void assertInit(String code, String type, String message) throws Exception {
        FunctionVersion version = app(code + "\n");
        PrepareException failed = assertThrows(PrepareException.class, () -> functions.invoker.prepare(version));
        assertEquals(type, failed.errorType());
        assertTrue(failed.errorMessage().contains(message), failed.errorMessage());
    }

    @Test
    void runsTheHooksAroundTheSnapshot() throws Exception {
        FunctionVersion version = app("""
                from snapshot_restore_py import register_before_snapshot, register_after_restore
                seen = []
                register_before_snapshot(seen.append, "before 1")
                register_before_snapshot(seen.append, "before 2")
                register_after_restore(seen.append, "after 1")
                register_after_restore(seen.append, "after 2")
                def handler(event, context):
                    return seen
                """);
        for (int i = 0; i < 2; i++) {
            assertEquals("[\"before 2\", \"before 1\", \"after 1\", \"after 2\"]", functions.answer(version, "{}"));
        }
    }

    @Test
    void logsWithTheLoggingModule() throws Exception {
        FunctionVersion version = app("""
                import logging
                logger = logging.getLogger()
                logger.setLevel(logging.INFO)
                def handler(event, context):
                    logger.info("about to %s", "answer")
                """);
        assertEquals("null", functions.answer(version, "{}"));
        assertTrue(functions.lines.stream().anyMatch(line -> line.contains("[INFO]\t") && line.endsWith("\tabout to answer")));
    }

    @Test
    void worksWithThreadsAndAnEventLoop() throws Exception {
        FunctionVersion version = app("""
                import asyncio, queue, threading, time
                from concurrent.futures import ThreadPoolExecutor
                jobs, done = queue.Queue(), queue.Queue()
                def work():
                    while True:
                        done.put(jobs.get() * 2)
                threads = [threading.Thread(target=work, daemon=True) for _ in range(3)]
                for thread in threads:
                    thread.start()
                ticks = 0
                def tick():
                    global ticks
                    while True:
                        time.sleep(0.001)
                        ticks += 1
                threading.Thread(target=tick, daemon=True).start()
                async def twice(n):
                    await asyncio.sleep(0.01)
                    return n * 2
                async def all_of(n):
                    return sum(await asyncio.gather(*[twice(i) for i in range(n)]))
                def handler(event, context):
                    before = ticks
                    for i in range(event["n"]):
                        jobs.put(i)
                    by_threads = sum(done.get() for _ in range(event["n"]))
                    with ThreadPoolExecutor(4) as pool:
                        by_pool = sum(pool.map(lambda i: i * 2, range(event["n"])))
                    return [by_threads, by_pool, asyncio.run(all_of(event["n"])), ticks > before]
                """);
        for (int i = 0; i < 3; i++) {
            assertEquals("[90, 90, 90, true]", functions.answer(version, "{\"n\": 10}"));
        }
    }

    @Test
    void takesAndGivesLargeDocuments() throws Exception {
        FunctionVersion version = app("def handler(event, context):\n    return event * 2\n");
        String big = "x".repeat(1 << 20);
        assertEquals("\"" + big + big + "\"", functions.answer(version, "\"" + big + "\""));
        InvocationResult.FunctionError error = functions.error(version, "\"" + "y".repeat(4 << 20) + "\"");
        assertEquals("Function.ResponseSizeTooLarge", error.errorType());
    }
}
