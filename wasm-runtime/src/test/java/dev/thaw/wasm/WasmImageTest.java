package dev.thaw.wasm;

import static dev.thaw.wasm.ModuleBytes.I32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A module is compiled, initialised once, and every request begins there. */
class WasmImageTest {
    private static WasmWorkers workers;

    @BeforeAll
    static void open() {
        workers = new WasmWorkers(4, 1 << 20);
    }

    @AfterAll
    static void close() {
        workers.close();
    }

    static final int[] NONE = {};
    static final int[] ONE = {I32};
    static final int[] TWO = {I32, I32};

    /** Functions 0 read, 1 write, 2 exit. */
    static ModuleBytes module() {
        return new ModuleBytes().function("env", "read", TWO, ONE).function("env", "write", TWO, NONE).function("env", "exit", ONE, NONE);
    }

    private static WasmImage image(ModuleBytes module) throws InvalidModuleException {
        WasmCode code = WasmCode.compile(module.build(), CodeCache.none());
        return WasmImage.prepare(code, new WasmConfig(64, 1000, new PipeHost(), new CommandContract(), workers));
    }

    private static WasmOutcome run(WasmImage image, String input) {
        return run(image, input, Duration.ofSeconds(120));
    }

    private static WasmOutcome run(WasmImage image, String input, Duration wall) {
        return image.run(new WasmCall("r", input.getBytes(StandardCharsets.UTF_8), OutputStream.nullOutputStream(), wall));
    }

    private static String answer(WasmOutcome outcome) {
        return new String(assertInstanceOf(WasmOutcome.Answered.class, outcome).output(), StandardCharsets.UTF_8);
    }

    /** Reads to 16, writes what it read, from 8 on: eight bytes of data come first. */
    private static ModuleBytes echo() {
        return module().memory(1).data(8, "got:    ".getBytes(StandardCharsets.UTF_8))
                .function("_start", NONE, NONE, 0,
                        0x41, 8L, // i32.const 8
                        0x41, 16L, 0x41, 1000L, 0x10, 0, // read(16, 1000)
                        0x41, 8L, 0x6a, // + 8
                        0x10, 1); // write
    }

    @Test
    void aCommandReadsItsInputAndAnswers() throws InvalidModuleException {
        WasmImage image = image(echo());
        assertEquals("got:    one", answer(run(image, "one")));
        assertEquals("got:    three", answer(run(image, "three")));
    }

    @Test
    void anExitCodeIsReportedAndZeroIsAnAnswer() throws InvalidModuleException {
        WasmImage image = image(module().memory(1).function("_start", NONE, NONE, 0,
                0x41, 0L, 0x41, 4L, 0x10, 0, 0x1a, // read(0, 4), drop
                0x41, 0L, 0x41, 4L, 0x10, 1, // write(0, 4)
                0x41, 0L, 0x2d, 0, 0, 0x41, (long) '0', 0x6b, 0x10, 2)); // exit(byte - '0')
        assertEquals("0abc", answer(run(image, "0abc")));
        WasmOutcome.Exited exited = assertInstanceOf(WasmOutcome.Exited.class, run(image, "7abc"));
        assertEquals(7, exited.code());
        assertArrayEquals("7abc".getBytes(StandardCharsets.UTF_8), exited.output());
    }

    /** Writes the byte at 0, the global's low byte, then changes memory (also in a page of its own), grows it, and changes the global. */
    @Test
    void noRequestSeesWhatAnotherDid() throws InvalidModuleException {
        WasmImage image = image(module().memory(2).global('A').data(0, new byte[] {'m'})
                .function("_start", NONE, NONE, 0,
                        0x41, 1L, 0x23, 0, 0x3a, 0, 0, // byte 1 = global
                        0x41, 2L, 0x41, (long) 70_000, 0x2d, 0, 0, 0x41, (long) '0', 0x6a, 0x3a, 0, 0, // byte 2 = '0' + byte 70000
                        0x41, 3L, 0x3f, 0, 0x41, (long) '0', 0x6a, 0x3a, 0, 0, // byte 3 = '0' + pages
                        0x41, 0L, 0x41, 4L, 0x10, 1, // write
                        0x41, 0L, 0x41, (long) 'X', 0x3a, 0, 0, // byte 0 = 'X'
                        0x41, (long) 70_000, 0x41, 5L, 0x3a, 0, 0, // byte 70000 = 5
                        0x41, (long) 'Z', 0x24, 0, // global = 'Z'
                        0x41, 3L, 0x40, 0, 0x1a)); // grow by 3
        for (int i = 0; i < 20; i++) {
            assertEquals("mA02", answer(run(image, "")));
        }
    }

    @Test
    void theStartFunctionRunsOnceAndItsWorkIsInTheImage() throws InvalidModuleException {
        WasmImage image = image(module().memory(1).global('a')
                .function("init", NONE, NONE, 0, 0x23, 0, 0x41, 1L, 0x6a, 0x24, 0, 0x41, 0L, 0x23, 0, 0x3a, 0, 0)
                .function("_start", NONE, NONE, 0, 0x41, 1L, 0x23, 0, 0x3a, 0, 0, 0x41, 0L, 0x41, 2L, 0x10, 1)
                .start(3));
        assertEquals("bb", answer(run(image, "")));
        assertEquals("bb", answer(run(image, "")));
    }

    @Test
    void anEndlessLoopIsStoppedAndTheNextRequestIsServed() throws InvalidModuleException {
        WasmImage image = image(module().memory(1).function("_start", NONE, NONE, 0,
                0x41, 0L, 0x41, 1L, 0x10, 0, // read(0, 1)
                0x04, 0x40, 0x03, 0x40, 0x0c, 0, 0x0b, 0x0b)); // if loop br 0 end end
        assertInstanceOf(WasmOutcome.TimedOut.class, run(image, "x", Duration.ofMillis(30)));
        assertEquals("", answer(run(image, "")));
    }

    @Test
    void aTrapCarriesTheBacktraceByName() throws InvalidModuleException {
        WasmImage image = image(module().memory(1)
                .function("inner", NONE, NONE, 0, 0x41, -1L, 0x41, 1L, 0x3a, 0, 0)
                .function("_start", NONE, NONE, 0, 0x10, 3));
        WasmOutcome.Trapped trapped = assertInstanceOf(WasmOutcome.Trapped.class, run(image, ""));
        assertEquals("out of bounds memory access", trapped.message());
        assertEquals(List.of("inner", "_start"), trapped.backtrace());
    }

    @Test
    void anOffsetBeyondTwoGigabytesTraps() throws InvalidModuleException {
        WasmImage image = image(module().memory(1).function("_start", NONE, NONE, 0,
                0x41, 8L, 0x2d, 0, ModuleBytes.leb(0xffff_ffffL), 0x1a));
        assertEquals("out of bounds memory access", assertInstanceOf(WasmOutcome.Trapped.class, run(image, "")).message());
    }

    @Test
    void recursionWithoutEndIsTheLimitOfTheStack() throws InvalidModuleException {
        WasmImage image = image(module().memory(1).function("_start", NONE, NONE, 0, 0x10, 3));
        assertEquals(new WasmOutcome.LimitExceeded("stack"), run(image, ""));
    }

    @Test
    void memoryGrowsToTheLimitAndNoFurther() throws InvalidModuleException {
        WasmImage image = image(module().memory(1).function("_start", NONE, NONE, 0,
                0x41, 0L, 0x41, 63L, 0x40, 0, 0x3a, 0, 0, // byte 0 = grow(63): 1
                0x41, 1L, 0x41, 1L, 0x40, 0, 0x3a, 0, 0, // byte 1 = grow(1): -1
                0x41, 0L, 0x41, 2L, 0x10, 1));
        assertArrayEquals(new byte[] {1, -1}, assertInstanceOf(WasmOutcome.Answered.class, run(image, "")).output());
    }

    @Test
    void instancesThatStandReadyCanBeGivenUp() throws InvalidModuleException {
        WasmImage image = image(echo());
        assertEquals(0, image.idle());
        assertEquals("got:    one", answer(run(image, "one")));
        assertEquals(1, image.idle());
        image.trim(1);
        assertEquals(1, image.idle());
        image.trim(0);
        assertEquals(0, image.idle());
        assertEquals("got:    two", answer(run(image, "two")));
    }

    @Test
    void namesThatTheModuleChoseAreFitForALog() {
        String message = assertThrows(InvalidModuleException.class, () -> image(new ModuleBytes()
                .function("m\n\u001b[31m\u009b\u202eX", "y".repeat(100_000), NONE, NONE).function("_start", NONE, NONE, 0))).getMessage();
        assertTrue(message.startsWith("the module imports the function m??[31m??X.yyy") && message.length() < 500, message);
    }

    @Test
    void whatCannotRunIsRefusedByName() {
        InvalidModuleException unknown = assertThrows(InvalidModuleException.class, () -> image(
                new ModuleBytes().function("env", "nothing", NONE, NONE).function("_start", NONE, NONE, 0)));
        assertTrue(unknown.getMessage().contains("env.nothing"), unknown.getMessage());
        InvalidModuleException component = assertThrows(InvalidModuleException.class,
                () -> WasmCode.compile(new byte[] {0, 'a', 's', 'm', 0x0d, 0, 1, 0}, CodeCache.none()));
        assertTrue(component.getMessage().contains("component"), component.getMessage());
        assertThrows(InvalidModuleException.class, () -> WasmCode.compile(new byte[] {1, 2, 3}, CodeCache.none()));
        InvalidModuleException command = assertThrows(InvalidModuleException.class, () -> image(module().function("main", NONE, NONE, 0)));
        assertTrue(command.getMessage().contains("_start"), command.getMessage());
    }
}
