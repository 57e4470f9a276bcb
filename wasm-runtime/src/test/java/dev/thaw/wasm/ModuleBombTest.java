package dev.thaw.wasm;

import static dev.thaw.wasm.ModuleBytes.I32;
import static dev.thaw.wasm.ModuleBytes.code;
import static dev.thaw.wasm.ModuleBytes.leb;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Small modules that want much of the compiler are compiled or refused, within the heap and without hanging. */
class ModuleBombTest {
    private static final int[] NONE = {};

    private static byte[] repeat(byte[] part, int times) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] start(int locals, byte[] body) {
        return WasmImageTest.module().memory(1).function("_start", NONE, NONE, locals, body).build();
    }

    private static String refused(byte[] module) {
        return assertThrows(InvalidModuleException.class, () -> WasmCode.compile(module, CodeCache.none())).getMessage();
    }

    private static WasmOutcome run(byte[] module, Duration wall) throws InvalidModuleException {
        try (WasmWorkers workers = new WasmWorkers(1, 1 << 20)) {
            WasmImage image = WasmImage.prepare(WasmCode.compile(module, CodeCache.none()),
                    new WasmConfig(1024, 1000, new PipeHost(), new CommandContract(), workers));
            return image.run(new WasmCall("r", new byte[0], OutputStream.nullOutputStream(), wall));
        }
    }

    @Test
    void blocksNestedTooDeeply() throws InvalidModuleException {
        byte[] open = {0x02, 0x40};
        byte[] close = {0x0b};
        String message = refused(start(0, code(repeat(open, 200_000), repeat(close, 200_000))));
        assertTrue(message.contains("nested") || message.contains("levels of blocks"), message);
        assertInstanceOf(WasmOutcome.Answered.class,
                run(start(0, code(repeat(open, 900), repeat(close, 900))), Duration.ofSeconds(120)));
    }

    @Test
    void manyLocalsAndManyBranches() throws InvalidModuleException {
        byte[] block = {0x02, 0x40, 0x0c, 0, 0x0b};
        assertTrue(refused(start(10_000, repeat(block, 20_000))).contains("branches times locals"));
        assertTrue(refused(start(50_000, new byte[0])).contains("locals"));
        assertInstanceOf(WasmOutcome.Answered.class, run(start(1_000, repeat(block, 4_000)), Duration.ofSeconds(120)));
    }

    /** Ten bytes each that stand for ten thousand locals. */
    @Test
    void localsThatAreOnlyACount() {
        ModuleBytes module = WasmImageTest.module();
        for (int i = 0; i < 1_000; i++) {
            module.function("f" + i, NONE, NONE, 10_000);
        }
        assertTrue(refused(module.build()).contains("locals"));
    }

    @Test
    void branchTables() throws InvalidModuleException {
        byte[] labels = repeat(new byte[] {0}, 18_000);
        assertInstanceOf(WasmOutcome.Answered.class, run(start(0, code(0x41, 5L, 0x0e, leb(labels.length), labels, 0)), Duration.ofSeconds(120)));
        byte[] many = repeat(new byte[] {0}, 31_000);
        assertTrue(refused(start(0, code(0x41, 5L, 0x0e, leb(many.length), many, 0))).contains("labels"));
    }

    /** Too large for a JVM method: interpreted, and stopped all the same. */
    @Test
    void aFunctionThatIsInterpretedIsStoppedAtItsDeadline() throws InvalidModuleException {
        byte[] nothing = code(0x41, 1L, 0x1a);
        byte[] large = repeat(nothing, 40_000);
        assertInstanceOf(WasmOutcome.Answered.class, run(start(0, large), Duration.ofSeconds(120)));
        assertInstanceOf(WasmOutcome.TimedOut.class,
                run(start(0, code(large, 0x03, 0x40, 0x0c, 0, 0x0b)), Duration.ofMillis(200)));
    }

    @Test
    void manyFunctionsThatAreTooLarge() {
        byte[] large = repeat(code(0x41, 1L, 0x1a), 30_000);
        ModuleBytes module = WasmImageTest.module();
        for (int i = 0; i < 20; i++) {
            module.function("f" + i, NONE, NONE, 0, large);
        }
        // compiled or refused: either way it ends
        try {
            WasmCode.compile(module.build(), CodeCache.none());
        } catch (InvalidModuleException e) {
            assertTrue(e.getMessage().contains("takes more than"), e.getMessage());
        }
    }

    @Test
    void countsThatPromiseMore() {
        byte[] head = {0, 'a', 's', 'm', 1, 0, 0, 0};
        for (int section : new int[] {1, 2, 3, 4, 5, 6, 7, 9, 10, 11}) {
            byte[] count = leb(0xffff_ffffL);
            assertTrue(refused(code(head, section, leb(count.length), count)).contains("entries"));
        }
        // a type of 2^28 parameters, a name and data of 2^31 - 1 bytes
        byte[] parameters = code(1, 0x60, leb(1 << 28));
        assertTrue(refused(code(head, 1, leb(parameters.length), parameters)).contains("entries"));
        byte[] name = code(1, leb(Integer.MAX_VALUE));
        assertTrue(refused(code(head, 7, leb(name.length), name)).contains("goes beyond the end"));
        byte[] data = code(1, 1, leb(Integer.MAX_VALUE));
        assertTrue(refused(code(head, 11, leb(data.length), data)).contains("goes beyond the end"));
        assertTrue(refused(code(head, 1, leb(2 << 20), leb(3), new byte[(2 << 20) - 1])).contains("bytes"));
    }

    /** A name section of a megabyte, in falling order. */
    @Test
    void namesInFallingOrder() throws InvalidModuleException {
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        int count = 150_000;
        for (int i = count; i > 0; i--) {
            names.writeBytes(code(leb(i), 1, (int) 'x'));
        }
        byte[] list = code(leb(count), names.toByteArray());
        byte[] custom = code(4, (int) 'n', (int) 'a', (int) 'm', (int) 'e', 1, leb(list.length), list);
        byte[] module = code(start(0, new byte[0]), 0, leb(custom.length), custom);
        assertInstanceOf(WasmOutcome.Answered.class, run(module, Duration.ofSeconds(120)));
    }

    /** 64 MiB filled again and again by one instruction each. */
    @Test
    void bulkOperationsAreStopped() throws InvalidModuleException {
        byte[] fill = code(0x41, 0L, 0x41, 7L, 0x41, (long) (63 << 20), 0xfc, 11, 0);
        byte[] copy = code(0x41, 0L, 0x41, (long) (1 << 20), 0x41, (long) (62 << 20), 0xfc, 10, 0, 0);
        byte[] module = start(0, code(0x41, 1020L, 0x40, 0, 0x1a, repeat(fill, 300), repeat(copy, 300)));
        assertInstanceOf(WasmOutcome.TimedOut.class, run(module, Duration.ofMillis(100)));
    }

    @Test
    void processorTimeIsALimitOfItsOwn() throws InvalidModuleException {
        byte[] module = start(0, code(0x03, 0x40, 0x0c, 0, 0x0b));
        try (WasmWorkers workers = new WasmWorkers(1, 1 << 20)) {
            WasmImage image = WasmImage.prepare(WasmCode.compile(module, CodeCache.none()),
                    new WasmConfig(64, 1000, new PipeHost(), new CommandContract(), workers));
            assertInstanceOf(WasmOutcome.TimedOut.class, image.run(new WasmCall("r", new byte[0], OutputStream.nullOutputStream(),
                    Duration.ofDays(1), Duration.ofMillis(30))));
        }
    }

    @Test
    void parametersBeyondWhatTheJvmPasses() throws InvalidModuleException {
        int[] many = new int[300];
        Arrays.fill(many, I32);
        byte[] module = WasmImageTest.module().memory(1).function("wide", many, NONE, 0)
                .function("_start", NONE, NONE, 0, repeat(code(0x41, 1L), 300), 0x10, 3).build();
        assertInstanceOf(WasmOutcome.Answered.class, run(module, Duration.ofSeconds(120)));
    }

    /** A return_call of itself would be a loop that nothing interrupts. */
    @Test
    void tailCallsAreRefused() {
        assertTrue(refused(start(0, code(0x12, 3))).contains("tail calls"));
        assertTrue(refused(WasmImageTest.module().memory(1).table(1).element(0, 3)
                .function("_start", NONE, NONE, 0, 0x41, 0L, 0x13, 3, 0).build()).contains("tail calls"));
    }

    /** Operations on a table of a thousand elements and on pages, twelve thousand of them without a branch. */
    @Test
    void straightCodeOfLargeOperationsIsStopped() throws InvalidModuleException {
        byte[] fill = code(0x41, 0L, 0xd0, 0x70, 0x41, 1000L, 0xfc, 17, 0);
        byte[] grow = code(0x41, 0L, 0x40, 0, 0x1a);
        byte[] module = WasmImageTest.module().memory(1).table(1000)
                .function("_start", NONE, NONE, 0, 0x41, 1000L, 0x40, 0, 0x1a, repeat(fill, 8_000), repeat(grow, 4_000)).build();
        assertInstanceOf(WasmOutcome.TimedOut.class, run(module, Duration.ofMillis(5)));
    }

    @Test
    void tablesGrowToTheLimitAndNoFurther() throws InvalidModuleException {
        byte[] module = WasmImageTest.module().memory(1).table(10)
                .function("_start", NONE, NONE, 0,
                        0x41, 0L, 0xd0, 0x70, 0x41, 990L, 0xfc, 15, 0, 0x3a, 0, 0, // byte 0 = grow(990): 10
                        0x41, 1L, 0xd0, 0x70, 0x41, 1L, 0xfc, 15, 0, 0x3a, 0, 0, // byte 1 = grow(1): -1
                        0x41, 0L, 0x41, 2L, 0x10, 1).build();
        assertArrayEquals(new byte[] {10, -1},
                assertInstanceOf(WasmOutcome.Answered.class, run(module, Duration.ofSeconds(120))).output());
    }
}
