package dev.thaw.invoker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestTest {
    private static FunctionManifest parse(String yaml) throws ManifestException {
        return FunctionManifest.parse(yaml.getBytes(StandardCharsets.UTF_8));
    }

    private static String complaint(String yaml) {
        return assertThrows(ManifestException.class, () -> parse(yaml)).getMessage();
    }

    @Test
    void fillsInTheDefaultsOfEachRuntime() throws ManifestException {
        FunctionManifest python = parse("name: hello\nruntime: python3\nhandler: app.handler\n");
        assertEquals(new FunctionManifest("hello", Runtime.PYTHON3, "app.handler", List.of(), 256, 1, Duration.ofSeconds(3),
                Isolation.PER_REQUEST, Map.of(), List.of(), List.of(), OptionalInt.empty(), OptionalInt.empty(), List.of()), python);
        FunctionManifest provided = parse("name: h\nruntime: provided\n");
        assertEquals(List.of("./bootstrap"), provided.command());
        assertEquals(128, provided.memoryMb());
    }

    @Test
    void pathsToRehearseAreAWebServers() throws ManifestException {
        String web = "name: web\nruntime: http\ncommand: ./server\nrehearse: ";
        assertEquals(List.of("/"), parse(web + "/\n").rehearse());
        assertEquals(List.of("/a", "/b?c=d"), parse(web + "[/a, '/b?c=d']\n").rehearse());
        assertTrue(complaint(web + "[items]\n").contains("'rehearse'"));
        assertTrue(complaint(web + "'/a b'\n").contains("percent-encoded"));
        assertTrue(complaint(web + "[" + "/a, ".repeat(17) + "]\n").contains("17 paths"));
        assertTrue(complaint("name: j\nruntime: java25\nhandler: A\nrehearse: /\n").contains("Rehearsed"));
        assertTrue(complaint("name: p\nruntime: python3\nhandler: a.b\nrehearse: /\n").contains("it is for runtime http"));
    }

    @Test
    void aModuleHasItsFileAndItsArguments() throws ManifestException {
        FunctionManifest module = parse("name: m\nruntime: wasi\nhandler: bin/hello.wasm\nargs: [-v, 5]\n");
        assertEquals(List.of("bin/hello.wasm", "-v", "5"), module.command());
        assertEquals(64, module.memoryMb());
        assertEquals(Sandbox.WASM, module.sandbox());
        assertEquals(Sandbox.MICRO_VM, parse("name: m\nruntime: wasi\nhandler: hello.wasm\nisolation: vm\n").sandbox());
        String wasi = "name: m\nruntime: wasi\n";
        assertTrue(complaint(wasi).contains("'handler'"));
        for (String path : List.of("hello", "../hello.wasm", "/hello.wasm", "a/../b.wasm", ".wasm", "a//b.wasm", "hello.wat")) {
            assertTrue(complaint(wasi + "handler: " + path).contains("hello.wasm"), path);
        }
        String hello = wasi + "handler: hello.wasm\n";
        assertTrue(complaint(hello + "command: x").contains("'args'"));
        assertTrue(complaint(hello + "isolation: fresh-vm").contains("per-request"));
        assertTrue(complaint(hello + "isolation: instance").contains("vm"));
        assertTrue(complaint(hello + "isolation: vm\nmemory: 64").contains("'memory'"));
        assertTrue(complaint(hello + "cpu: 2").contains("one thread"));
        assertTrue(complaint(hello + "egress: ['*']").contains("no sockets"));
        assertTrue(complaint(hello + "memory: 2 GB").contains("1024"));
        assertTrue(complaint("name: s\nruntime: stdio\ncommand: x\nargs: y").contains("'args'"));
        assertTrue(complaint("name: s\nruntime: stdio\ncommand: x\nisolation: vm").contains("'isolation'"));
    }

    @Test
    void readsEveryField() throws ManifestException {
        FunctionManifest manifest = parse("""
                name: my-fn_2
                runtime: stdio
                command: [./main, "-x", 5]
                memory: 1 GB
                timeout: 500ms
                isolation: fresh-vm
                maxConcurrency: 4
                queue: 0
                cpu: 4
                egress: [api.example.com:443, 203.0.113.0/24]
                env:
                  MODE: no
                  PORT: 0755
                  RATIO: 1e3
                  EMPTY:
                """);
        assertEquals(List.of("./main", "-x", "5"), manifest.command());
        assertEquals(1024, manifest.memoryMb());
        assertEquals(Duration.ofMillis(500), manifest.timeout());
        assertEquals(Isolation.FRESH_VM, manifest.isolation());
        assertEquals(Map.of("MODE", "no", "PORT", "0755", "RATIO", "1e3", "EMPTY", ""), manifest.environment());
        assertEquals(OptionalInt.of(4), manifest.maxConcurrency());
        assertEquals(OptionalInt.of(0), manifest.queue());
        assertEquals(4, manifest.cpu());
        assertEquals(List.of("api.example.com:443", "203.0.113.0/24"), manifest.egress());
    }

    @Test
    void readsAWebServersManifest() throws ManifestException {
        FunctionManifest manifest = parse("name: web\nruntime: http\ncommand: node server.js\negress: example.com\n");
        assertEquals(List.of("node", "server.js"), manifest.command());
        assertEquals(List.of("example.com"), manifest.egress());
        assertEquals(1, manifest.cpu());
        assertTrue(complaint("name: a\nruntime: http\n").contains("server.js"));
        assertTrue(complaint("name: a\nruntime: http\ncommand: x\nhandler: y").contains("'handler'"));
        assertTrue(complaint("name: a\nruntime: http\ncommand: x\nenv: {PORT: 80}").contains("'env.PORT'"));
    }

    @ParameterizedTest
    @CsvSource({"index.handler", "src/app.handler", "a-b/c.d.handler", "index.$h"})
    void readsNodesHandlers(String handler) throws ManifestException {
        assertEquals(handler, parse("name: a\nruntime: nodejs\nhandler: " + handler + "\n").handler());
        assertTrue(complaint("name: a\nruntime: nodejs\nhandler: ../" + handler + "\n").contains("index.handler"));
    }

    @ParameterizedTest
    @CsvSource({"3,3000", "30s,30000", "1.5s,1500", "2m,120000", "500ms,500", "900,900000", "'10 s',10000"})
    void readsTimeouts(String written, long millis) throws ManifestException {
        assertEquals(Duration.ofMillis(millis), parse("name: a\nruntime: provided\ntimeout: " + written).timeout());
    }

    @ParameterizedTest
    @CsvSource({"128,128", "256 MB,256", "256MiB,256", "1G,1024", "10 GB,10240", "16,16"})
    void readsMemory(String written, int megabytes) throws ManifestException {
        assertEquals(megabytes, parse("name: a\nruntime: provided\nmemory: " + written).memoryMb());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "timeout|0", "timeout|901", "timeout|-1", "timeout|soon", "timeout|[3]", "memory|15", "memory|10241", "memory|lots",
        "memory|-5", "memory|99999999999", "isolation|none", "maxConcurrency|0", "maxConcurrency|x", "queue|-1", "env|5",
        "env|[a]", "env|{A: [1]}", "env|{1A: x}", "env|{AWS_REGION: x}", "handler|{a: b}", "cpu|0", "cpu|65", "cpu|x", "egress|{a: b}",
        "egress|[300.1.1.1/99]", "egress|[[a]]", "memory|", "colour|red"})
    void namesTheFieldThatIsWrong(String field, String value) {
        String shown = value == null ? "" : value;
        assertTrue(complaint("name: a\nruntime: provided\n" + field + ": " + shown).contains("'" + field),
                () -> field + ": " + shown + " -> " + complaint("name: a\nruntime: provided\n" + field + ": " + shown));
    }

    @Test
    void refusesWhatIsNoManifest() {
        assertTrue(complaint("").contains("empty"));
        assertTrue(complaint("- a").contains("fields"));
        assertTrue(complaint("name: [").contains("line"));
        assertTrue(complaint("name: a\n---\nname: b").contains("more than one document"));
        assertTrue(complaint("name: a\nname: b\nruntime: provided").contains("'name'")
                || complaint("name: a\nname: b\nruntime: provided").contains("uplicate"));
        assertTrue(complaint("name: &x a\nruntime: *x").contains("alias"));
        assertTrue(complaint("x".repeat(70_000)).contains("65536"));
        assertTrue(complaint("[".repeat(3000)).length() < 400);
        assertTrue(complaint("runtime: provided").contains("'name'"));
        assertTrue(complaint("name: a").contains("'runtime'"));
        assertTrue(complaint("name: a b\nruntime: provided").contains("'a b'"));
        assertTrue(complaint("name: a\nruntime: python3\nhandler: app").contains("app.handler"));
        assertTrue(complaint("name: a\nruntime: python3").contains("'handler'"));
        assertTrue(complaint("name: a\nruntime: stdio").contains("'command'"));
        assertTrue(complaint("name: a\nruntime: stdio\ncommand: x\nisolation: instance").contains("per-request"));
        assertTrue(complaint("name: a\nruntime: provided\nenv: {A: " + "x".repeat(4096) + "}").contains("4096"));
    }
}
