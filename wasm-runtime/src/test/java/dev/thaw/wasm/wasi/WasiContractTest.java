package dev.thaw.wasm.wasi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.wasm.CodeCache;
import dev.thaw.wasm.InvalidModuleException;
import dev.thaw.wasm.WasmCall;
import dev.thaw.wasm.WasmCode;
import dev.thaw.wasm.WasmConfig;
import dev.thaw.wasm.WasmImage;
import dev.thaw.wasm.WasmOutcome;
import dev.thaw.wasm.WasmWorkers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modules of each kind that is taken, made by a C compiler and run by the engine. */
class WasiContractTest {
    private static final String[] REACTOR = {"-mexec-model=reactor", "-Wl,--export=malloc"};

    private static WasmWorkers workers;
    @TempDir
    private Path folder;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    @BeforeAll
    static void open() {
        workers = new WasmWorkers(2, 1 << 20);
    }

    @AfterAll
    static void close() {
        workers.close();
    }

    private WasmImage image(byte[] module) throws InvalidModuleException {
        WasmCode code = WasmCode.compile(module, CodeCache.none());
        PackageFiles files = new PackageFiles.Builder().file(List.of("greeting.txt"), "Hello").build();
        return WasmImage.prepare(code, new WasmConfig(256, 1000, new WasiHost(WasiConfig.of("module", files)), new WasiContract(), workers),
                log);
    }

    private WasmImage compiled(String source, String... options) throws IOException, InvalidModuleException {
        return image(Clang.compile(folder, source, options));
    }

    private WasmOutcome run(WasmImage image, String event) {
        return image.run(new WasmCall("1", event.getBytes(StandardCharsets.UTF_8), log, Duration.ofSeconds(120)));
    }

    private String answer(WasmImage image, String event) {
        WasmOutcome outcome = run(image, event);
        return new String(assertInstanceOf(WasmOutcome.Answered.class, outcome, outcome.toString()).output(), StandardCharsets.UTF_8);
    }

    @Test
    void aCommandAnswersOnStandardOutputAndReadsItsPackage() throws Exception {
        WasmImage image = compiled("""
                #include <stdio.h>
                #include <string.h>
                static int requests;
                int main(void) {
                    char greeting[16] = "", event[64] = "";
                    FILE *file = fopen("/greeting.txt", "r");
                    if (!file || !fgets(greeting, sizeof greeting, file) || !fgets(event, sizeof event, stdin)) return 1;
                    fprintf(stderr, "log line\\n");
                    printf("%s, %s (%d)", greeting, event, ++requests);
                    return strcmp(event, "bad") == 0 ? 3 : 0;
                }
                """);
        assertEquals("Hello, one (1)", answer(image, "one"));
        assertEquals("Hello, two (1)", answer(image, "two"));
        assertEquals("log line\nlog line\n", log.toString());
        assertEquals(3, assertInstanceOf(WasmOutcome.Exited.class, run(image, "bad")).code());
    }

    @Test
    void aReactorIsInitialisedOnceAndAnswersByReturning() throws Exception {
        WasmImage image = compiled("""
                #include <stdio.h>
                #include <stdlib.h>
                #include <string.h>
                static int initialised, requests;
                static FILE *file;
                __attribute__((constructor)) static void init(void) {
                    initialised++;
                    file = fopen("/tmp/table", "w+");
                    fputs("table", file);
                    rewind(file);
                }
                __attribute__((export_name("handle"))) unsigned long long handle(char *event, unsigned length) {
                    char table[8] = "";
                    fgets(table, sizeof table, file);
                    printf("not the response");
                    fflush(stdout);
                    char *response = malloc(200);
                    int n = snprintf(response, 200, "%.*s %d %d %s %d", (int) length, event, initialised, ++requests, table, getchar());
                    return (unsigned long long) (unsigned) response << 32 | (unsigned) n;
                }
                """, REACTOR);
        assertEquals("a 1 1 table -1", answer(image, "a"));
        assertEquals("b 1 1 table -1", answer(image, "b"));
        assertEquals(" 1 1 table -1", answer(image, ""));
        assertEquals("not the response".repeat(3), log.toString());
    }

    @Test
    void aReactorsAddressesAreNotTrusted() throws Exception {
        WasmImage outside = compiled("""
                __attribute__((export_name("handle"))) unsigned long long handle(char *event, unsigned length) {
                    return (unsigned long long) 0xfffffff0 << 32 | (length ? 0x7fffffff : 0x20);
                }
                """, REACTOR);
        assertTrue(assertInstanceOf(WasmOutcome.Trapped.class, run(outside, "x")).message().contains("outside"));
        assertTrue(assertInstanceOf(WasmOutcome.Trapped.class, run(outside, "")).message().contains("outside"));
        WasmImage noMemory = compiled("""
                __attribute__((export_name("alloc"))) void *allocate(unsigned length) { return (void *) -8; }
                __attribute__((export_name("handle"))) unsigned long long handle(char *event, unsigned length) { return 0; }
                """, "-mexec-model=reactor");
        assertTrue(assertInstanceOf(WasmOutcome.Trapped.class, run(noMemory, "0123456789")).message().contains("outside"));
        assertEquals("", answer(noMemory, ""));
    }

    @Test
    void aPreInitialisedCommandBeginsWhereItsInitialisationEnded() throws Exception {
        WasmImage image = compiled("""
                #include <fcntl.h>
                #include <stdio.h>
                #include <unistd.h>
                static int prepared;
                static int file = -1;
                __attribute__((export_name("wizer.initialize"))) void initialize(void) {
                    prepared = 42;
                    puts("initialised");
                    fflush(stdout);
                    file = open("/tmp/state", O_RDWR | O_CREAT, 0600);
                    write(file, "from the image", 14);
                    lseek(file, 5, SEEK_SET);
                }
                int main(void) {
                    char rest[32] = "";
                    read(file, rest, sizeof rest);
                    printf("%d %s", prepared++, rest);
                    ftruncate(file, 0);
                    return unlink("/tmp/state");
                }
                """);
        assertEquals("initialised\n", log.toString());
        assertEquals("42 the image", answer(image, ""));
        assertEquals("42 the image", answer(image, ""));
    }

    @Test
    void aSleepEndsAtTheDeadline() throws Exception {
        WasmImage image = compiled("""
                #include <unistd.h>
                int main(void) { sleep(1000); return 0; }
                """);
        WasmOutcome outcome = image.run(new WasmCall("1", new byte[0], log, Duration.ofMillis(50)));
        assertInstanceOf(WasmOutcome.TimedOut.class, outcome);
    }

    @Test
    void whatIsNoFunctionIsRefusedWithWhatToDo() throws Exception {
        assertTrue(refused(Clang.compile(folder, "int f(void) { return 1; }", "-mexec-model=reactor")).contains("neither _start"));
        assertTrue(refused(Clang.compile(folder, "__attribute__((export_name(\"handle\"))) int f(int a) { return a; }", REACTOR))
                .contains("handle must be of type (i32, i32) -> (i64), not (i32) -> (i32)"));
        assertTrue(refused(Clang.compile(folder, "__attribute__((export_name(\"handle\"))) long long f(int a, int b) { return a + b; }",
                "-mexec-model=reactor")).contains("export alloc"));
        byte[] wasi0 = Clang.compile(folder, """
                __attribute__((import_module("wasi_unstable"), import_name("sched_yield"))) int f(void);
                int main(void) { return f(); }
                """);
        assertTrue(refused(wasi0).contains("wasi_unstable.sched_yield"), refused(wasi0));
    }

    @Test
    void aComponentIsRefusedByName() {
        byte[] preamble = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putInt(0x6d736100).putInt(0x0001_000d).array();
        assertTrue(refused(preamble).startsWith("a component (component model); only core modules run here"), refused(preamble));
        byte[] name = "wasi:http/incoming-handler@0.2.0".getBytes(StandardCharsets.UTF_8);
        byte[] http = ByteBuffer.allocate(8 + name.length).put(preamble).put(name).array();
        assertTrue(refused(http).contains("wasi:http/incoming-handler;") && refused(http).contains("instead of wasi:http"), refused(http));
    }

    private String refused(byte[] module) {
        return assertThrows(InvalidModuleException.class, () -> image(module)).getMessage();
    }
}
