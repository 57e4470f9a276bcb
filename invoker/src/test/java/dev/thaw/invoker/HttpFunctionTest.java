package dev.thaw.invoker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that listen for HTTP, in real VMs: Python's http.server and its asyncio. */
class HttpFunctionTest {
    private static final String MANIFEST = "name: web\nruntime: http\ncommand: [python3, server.py]\ntimeout: 60s\n";
    private static final String SERVER = """
            import http.server, json, os, sys
            print("starting")
            class Handler(http.server.BaseHTTPRequestHandler):
                protocol_version = sys.argv[1] if len(sys.argv) > 1 else "HTTP/1.0"
                count = 0
                def answer(self):
                    Handler.count += 1
                    length = int(self.headers.get("Content-Length") or 0)
                    body = json.dumps({"count": Handler.count, "method": self.command, "path": self.path,
                                       "body": self.rfile.read(length).decode(), "host": self.headers["Host"]}).encode()
                    if self.path == "/silent":
                        return
                    if self.path == "/exit":
                        os._exit(3)
                    if self.path == "/nonsense":
                        self.wfile.write(b"what?\\n\\n")
                        return
                    if self.path == "/large":
                        body = b"x" * (7 << 20)
                    self.send_response(201)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                do_GET = do_POST = do_PUT = answer
            http.server.HTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
            """;

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

    private static String event(String method, String path) {
        return "{\"version\":\"2.0\",\"rawPath\":\"" + path + "\",\"headers\":{\"host\":\"shop.example\"},"
                + "\"requestContext\":{\"http\":{\"method\":\"" + method + "\"}}}";
    }

    @Test
    void eachRequestMeetsTheServerAsItBeganToListen() throws Exception {
        FunctionVersion version = functions.of(MANIFEST, "server.py", SERVER);
        functions.invoker.prepare(version);
        for (int i = 0; i < 3; i++) {
            String answer = functions.answer(version, event("GET", "/a?b=" + i));
            assertTrue(answer.startsWith("{\"statusCode\":201,"), answer);
            assertTrue(answer.contains("{\\\"count\\\": 1, \\\"method\\\": \\\"GET\\\", \\\"path\\\": \\\"/a?b=" + i
                    + "\\\", \\\"body\\\": \\\"\\\", \\\"host\\\": \\\"shop.example\\\"}"), answer);
        }
        String posted = functions.answer(version, "{\"n\":1}");
        assertTrue(posted.contains("\\\"method\\\": \\\"POST\\\", \\\"path\\\": \\\"/\\\", \\\"body\\\": \\\"{\\\\\\\"n\\\\\\\":1}\\\""), posted);
        assertTrue(functions.lines.stream().anyMatch(line -> line.endsWith(" starting")));
    }

    @Test
    void anInstanceKeepsItsState() throws Exception {
        FunctionVersion version = functions.of(
                MANIFEST.replace("server.py]", "server.py, HTTP/1.1]") + "isolation: instance\nmaxConcurrency: 1\n", "server.py", SERVER);
        for (int i = 1; i <= 3; i++) {
            String answer = functions.answer(version, event("GET", "/"));
            assertTrue(answer.contains("{\\\"count\\\": " + i + ","), answer);
        }
    }

    @Test
    void whatAServerDoesWrongStaysItsOwnFault() throws Exception {
        FunctionVersion version = functions.of(MANIFEST, "server.py", SERVER);
        assertEquals("Runtime.InvalidResponse", functions.error(version, event("GET", "/silent")).errorType());
        assertEquals("Runtime.InvalidResponse", functions.error(version, event("GET", "/nonsense")).errorType());
        assertEquals("Runtime.InvalidEvent", functions.error(version, event("GET", "/a b")).errorType());
        assertEquals("Runtime.ExitError", functions.error(version, event("GET", "/exit")).errorType());
        assertEquals("Function.ResponseSizeTooLarge", functions.error(version, event("GET", "/large")).errorType());
        assertTrue(functions.answer(version, event("GET", "/")).contains("\\\"count\\\": 1,"));
    }

    @Test
    void saysThatAProgramDoesNotListen() throws Exception {
        FunctionVersion elsewhere = functions.of(MANIFEST.replace("web", "other"), "server.py",
                "import socket\ns = socket.create_server(('', 8081))\ns.accept()\n");
        assertTrue(assertThrows(PrepareException.class, () -> functions.invoker.prepare(elsewhere)).errorMessage()
                .endsWith("the program did not listen on $PORT (8080) and waits for something else"));
        functions.close();
        functions = new Functions(folder, Duration.ofSeconds(2));
        FunctionVersion version = functions.of(MANIFEST, "server.py", "import time\nwhile True: time.sleep(1)\n");
        PrepareException failed = assertThrows(PrepareException.class, () -> functions.invoker.prepare(version));
        assertEquals("Runtime.NotListening", failed.errorType());
        assertTrue(failed.errorMessage().endsWith("the program did not listen on $PORT (8080) within 2.00 seconds"),
                failed.errorMessage());
    }

    @Test
    void whatIsRehearsedIsInTheSnapshotAndTheConnectionsAreNot() throws Exception {
        String rehearsed = MANIFEST + "rehearse: [/first, '/second?x=1']\n";
        FunctionVersion version = functions.of(rehearsed, "server.py", SERVER.replace("Handler.count += 1",
                "Handler.count += 1; self.paths.add(self.path)").replace("count = 0", "count = 0; paths = set()")
                .replace("\"body\": ", "\"paths\": sorted(self.paths), \"fds\": len(os.listdir('/proc/self/fd')), \"body\": "));
        String first = functions.answer(version, event("GET", "/"));
        assertTrue(first.contains("[\\\"/\\\", \\\"/first\\\", \\\"/second?x=1\\\"]"), first);
        assertEquals(first, functions.answer(version, event("GET", "/")));
        FunctionVersion cold = functions.of(MANIFEST.replace("web", "cold"), "server.py", SERVER.replace("\"body\": ",
                "\"fds\": len(os.listdir('/proc/self/fd')), \"body\": "));
        assertEquals(descriptors(functions.answer(cold, event("GET", "/"))), descriptors(first));
        assertTrue(functions.lines.stream().anyMatch(line -> line.contains("rehearsed GET /first: status 201")));
    }

    private static String descriptors(String answer) {
        return answer.replaceAll(".*fds[^0-9]*(\\d+).*", "$1");
    }

    @Test
    void saysWhichRehearsalFailed() throws Exception {
        for (String path : List.of("/silent", "/exit")) {
            FunctionVersion version = functions.of(MANIFEST + "rehearse: [/, " + path + "]\n", "server.py", SERVER);
            PrepareException failed = assertThrows(PrepareException.class, () -> functions.invoker.prepare(version));
            assertEquals("Runtime.RehearsalFailed", failed.errorType());
            assertTrue(failed.errorMessage().contains("GET " + path + " "), failed.errorMessage());
        }
    }

    @Test
    void saysHowAProgramEndedBeforeItListened() throws Exception {
        for (var end : Map.of("sys.exit(0)", "ended with status 0", "sys.exit(7)", "ended with status 7",
                "os.kill(os.getpid(), 15)", "was ended by signal 15 (terminated)").entrySet()) {
            FunctionVersion version = functions.of(MANIFEST, "server.py", "import os, sys\nprint('no such database')\n" + end.getKey() + "\n");
            PrepareException failed = assertThrows(PrepareException.class, () -> functions.invoker.prepare(version));
            assertEquals("Runtime.ExitError", failed.errorType());
            assertTrue(failed.errorMessage().contains("the program " + end.getValue() + " before anything listened on $PORT (8080): "),
                    failed.errorMessage());
            assertEquals(List.of("no such database"), failed.logLines());
        }
    }

    @Test
    void anEventLoopThatListensIsFrozenAndThawed() throws Exception {
        FunctionVersion version = functions.of(MANIFEST, "server.py", """
                import asyncio, os
                async def serve(reader, writer):
                    await reader.readuntil(b"\\r\\n\\r\\n")
                    await asyncio.sleep(0.01)
                    writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Type: text/plain\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n2\\r\\nhi\\r\\n0\\r\\n\\r\\n")
                    await writer.drain()
                async def main():
                    server = await asyncio.start_server(serve, "::1", int(os.environ["PORT"]))
                    async with server:
                        await server.serve_forever()
                asyncio.run(main())
                """);
        for (int i = 0; i < 2; i++) {
            assertEquals("{\"statusCode\":200,\"headers\":{\"Content-Type\":\"text/plain\"},\"body\":\"hi\",\"isBase64Encoded\":false}",
                    functions.answer(version, event("GET", "/")));
        }
    }
}
