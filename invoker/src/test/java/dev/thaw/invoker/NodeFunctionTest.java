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

/** JavaScript functions with our runtime and the host's Node.js, in real VMs. */
class NodeFunctionTest {
    private static final String MANIFEST = "name: js\nruntime: nodejs\nhandler: index.handler\ntimeout: 60s\n";

    @TempDir Path folder;
    private Functions functions;

    @BeforeEach
    void open() throws Exception {
        try {
            new NodeFinder(System.getenv()).find();
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

    @Test
    void answersFromTheFrozenState() throws Exception {
        FunctionVersion version = functions.of(MANIFEST, "index.mjs", """
                let count = 0;
                const started = Date.now();
                export const handler = async (event, context) => {
                    count += 1;
                    console.log('hello', event.name);
                    await new Promise((resolve) => setTimeout(resolve, 5));
                    return { count, name: event.name, later: Date.now() > started, left: context.getRemainingTimeInMillis() > 5000 };
                };
                """);
        functions.invoker.prepare(version);
        for (int i = 0; i < 3; i++) {
            assertEquals("{\"count\":1,\"name\":\"Ada\",\"later\":true,\"left\":true}", functions.answer(version, "{\"name\": \"Ada\"}"));
        }
        assertEquals(3, functions.lines.stream().filter(line -> line.endsWith("\tINFO\thello Ada")).count());
    }

    @Test
    void anInstanceKeepsItsStateAndItsTimers() throws Exception {
        FunctionVersion version = functions.of(MANIFEST + "isolation: instance\nmaxConcurrency: 1\n", "index.js", """
                let count = 0;
                let ticks = 0;
                setInterval(() => ticks++, 1);
                exports.handler = async () => {
                    const before = ticks;
                    while (ticks === before) await new Promise((resolve) => setTimeout(resolve, 2));
                    return ++count;
                };
                """);
        for (int i = 1; i <= 4; i++) {
            assertEquals(String.valueOf(i), functions.answer(version, "{}"));
        }
    }

    @Test
    void nothingRandomIsSeenTwice() throws Exception {
        FunctionVersion version = functions.of(MANIFEST, "index.mjs", """
                import { generateKeyPairSync, randomBytes, randomInt, randomUUID, webcrypto } from 'node:crypto';
                const early = [Math.random(), randomInt(1 << 30), randomUUID(), randomBytes(8).toString('hex'), crypto.randomUUID()];
                export const handler = async () => [...early.slice(5), Math.random(), randomInt(2 ** 40), randomUUID(),
                    randomBytes(8).toString('hex'), crypto.randomUUID(), webcrypto.getRandomValues(new Uint32Array(2)).join('-'),
                    generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x].join(' ');
                """);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 8; i++) {
            for (String word : functions.answer(version, "{}").replace("\"", "").split(" ")) {
                assertTrue(seen.add(word), word + " was seen before, in round " + i);
            }
        }
    }

    @Test
    void worksWithThreadsOfItsOwn() throws Exception {
        FunctionVersion version = functions.of(MANIFEST + "memory: 512\n", "index.mjs", """
                import { readFile } from 'node:fs/promises';
                import { promisify } from 'node:util';
                import { gzip, gunzip } from 'node:zlib';
                import { Worker } from 'node:worker_threads';
                const worker = new Worker(`
                    const { parentPort } = require('node:worker_threads');
                    parentPort.on('message', (n) => parentPort.postMessage(n * 2));`, { eval: true });
                await new Promise((resolve) => worker.once('online', resolve));
                export const handler = async ({ n }) => {
                    const doubled = await new Promise((resolve) => { worker.once('message', resolve); worker.postMessage(n); });
                    const text = await readFile('/var/task/index.mjs', 'utf8');
                    const back = await promisify(gunzip)(await promisify(gzip)(text));
                    return [doubled, back.toString() === text];
                };
                """);
        for (int i = 0; i < 3; i++) {
            assertEquals("[" + 2 * i + ",true]", functions.answer(version, "{\"n\":" + i + "}"));
        }
    }

    @Test
    void reportsWhatGoesWrong() throws Exception {
        FunctionVersion version = functions.of(MANIFEST, "index.mjs",
                "export const handler = async (event) => { if (event.exit) process.exit(5); throw new RangeError('no'); };");
        InvocationResult.FunctionError error = functions.error(version, "{}");
        assertEquals("RangeError", error.errorType());
        assertEquals("no", error.errorMessage());
        assertTrue(functions.error(version, "{\"exit\":1}").errorMessage().endsWith("exit status 5"));
        FunctionVersion broken = functions.of(MANIFEST.replace("js", "broken").replace("nodebroken", "nodejs"), "index.mjs", "import './missing.mjs';");
        assertEquals("Runtime.ImportModuleError",
                assertThrows(PrepareException.class, () -> functions.invoker.prepare(broken)).errorType());
    }
}
