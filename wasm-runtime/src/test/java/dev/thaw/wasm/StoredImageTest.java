package dev.thaw.wasm;

import static dev.thaw.wasm.ModuleBytes.I32;
import static dev.thaw.wasm.ModuleBytes.I64;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.wasm.wasi.PackageFiles;
import dev.thaw.wasm.wasi.WasiConfig;
import dev.thaw.wasm.wasi.WasiContract;
import dev.thaw.wasm.wasi.WasiHost;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An image that was written and read back is the one that was captured, or is refused. */
class StoredImageTest {
    private static WasmWorkers workers;

    @BeforeAll
    static void open() {
        workers = new WasmWorkers(2, 1 << 20);
    }

    @AfterAll
    static void close() {
        workers.close();
    }

    private static final int[] NONE = {};

    /** Draws 16 random bytes when it initialises, sets a global, a table's element and drops a segment; answers with the bytes and what it finds. */
    private static byte[] draws(int size) {
        return new ModuleBytes().function("wasi_snapshot_preview1", "random_get", new int[] {I32, I32}, new int[] {I32})
                .memory(size).table(4).global(5).data(40_000, "kept".getBytes(StandardCharsets.UTF_8))
                .function("_initialize", NONE, NONE, 0,
                        0x41, 256L, 0x41, 16L, 0x10, 0, 0x1a, // random_get(256, 16)
                        0x41, 77L, 0x24, 0, // global = 77
                        0x41, 1L, 0x40, 0, 0x1a) // a page more
                .function("alloc", new int[] {I32}, new int[] {I32}, 0, 0x41, 1024L)
                .function("handle", new int[] {I32, I32}, new int[] {I64}, 0,
                        0x41, 272L, 0x23, 0, 0x3a, 0, 0, // byte 272 = global
                        0x41, 273L, 0x3f, 0, 0x3a, 0, 0, // byte 273 = pages
                        0x41, 274L, 0x41, 40_000L, 0x2d, 0, 0, 0x3a, 0, 0, // byte 274 = 'k'
                        0x23, 0, 0x41, 1L, 0x6a, 0x24, 0, // global++
                        0x42, 256L << 32 | 19) // 19 bytes at 256
                .build();
    }

    private static WasmConfig config(int pages) {
        return new WasmConfig(pages, 1000, new WasiHost(WasiConfig.of("module", PackageFiles.none())), new WasiContract(), workers);
    }

    private static byte[] stored(WasmImage image) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        image.store(out);
        return out.toByteArray();
    }

    private static byte[] answer(WasmImage image) {
        WasmOutcome outcome = image.run(new WasmCall("1", new byte[] {1}, OutputStream.nullOutputStream(), Duration.ofSeconds(120)));
        return assertInstanceOf(WasmOutcome.Answered.class, outcome).output();
    }

    private static WasmImage restored(WasmCode code, byte[] file) throws Exception {
        return WasmImage.restored(code, config(64), new ByteArrayInputStream(file));
    }

    @Test
    void standsWhereItWasCapturedWhateverAnInitialisationWouldDrawNow() throws Exception {
        WasmCode code = WasmCode.compile(draws(2), CodeCache.none());
        WasmImage image = WasmImage.prepare(code, config(64));
        byte[] first = answer(image);
        assertArrayEquals(new byte[] {77, 3, 'k'}, Arrays.copyOfRange(first, 16, 19));
        byte[] file = stored(image);
        WasmImage again = restored(WasmCode.compile(draws(2), CodeCache.none()), file);
        assertArrayEquals(first, answer(again));
        assertArrayEquals(first, answer(again), "and after a rollback");
        assertArrayEquals(file, stored(again), "and can be stored again");
        assertFalse(Arrays.equals(first, answer(WasmImage.prepare(code, config(64)))));
        assertTrue(file.length < 20_000, "zeros are not stored: " + file.length);
    }

    @Test
    void aDamagedFileIsRefused() throws Exception {
        WasmCode code = WasmCode.compile(draws(1), CodeCache.none());
        byte[] file = stored(WasmImage.prepare(code, config(64)));
        for (int at = 0; at < file.length; at += at < 400 ? 1 : 97) {
            byte[] damaged = file.clone();
            damaged[at] ^= 0x20;
            assertThrows(BadImageException.class, () -> restored(code, damaged), "byte " + at);
        }
        for (int length = 0; length < file.length; length += length < 400 ? 7 : 211) {
            byte[] torn = Arrays.copyOf(file, length);
            assertThrows(BadImageException.class, () -> restored(code, torn), length + " bytes");
        }
        assertThrows(BadImageException.class, () -> restored(code, Arrays.copyOf(file, file.length + 1)));
    }

    @Test
    void anImageOfAnotherModuleEngineOrFormatIsRefused() throws Exception {
        WasmCode code = WasmCode.compile(draws(1), CodeCache.none());
        byte[] file = stored(WasmImage.prepare(code, config(64)));
        assertThrows(BadImageException.class, () -> restored(WasmCode.compile(draws(2), CodeCache.none()), file));
        byte[] text = "endive 1".getBytes(StandardCharsets.US_ASCII);
        int at = new String(file, StandardCharsets.ISO_8859_1).indexOf("endive 1");
        byte[] engine = sealed(file, at, "endive 2".getBytes(StandardCharsets.US_ASCII));
        BadImageException of = assertThrows(BadImageException.class, () -> restored(code, engine));
        assertTrue(of.getMessage().contains("engine"), of.getMessage());
        assertInstanceOf(WasmImage.class, restored(code, sealed(file, at, text)), "the seal is right");
        BadImageException format = assertThrows(BadImageException.class, () -> restored(code, sealed(file, 7, new byte[] {9})));
        assertTrue(format.getMessage().contains("format"), format.getMessage());
    }

    @Test
    void anImageBeyondTheConfigurationIsRefused() throws Exception {
        WasmCode code = WasmCode.compile(draws(2), CodeCache.none());
        byte[] file = stored(WasmImage.prepare(code, config(64)));
        assertThrows(BadImageException.class, () -> WasmImage.restored(code, config(2), new ByteArrayInputStream(file)));
        byte[] body = Arrays.copyOf(file, file.length - 32);
        int memories = new String(file, StandardCharsets.ISO_8859_1).indexOf("thaw") + 6;
        for (int value : List.of(-1, 0, 2, Integer.MAX_VALUE)) {
            for (int at = memories; at < Math.min(body.length - 4, memories + 4 * 16); at++) {
                byte[] wild = sealed(file, at, ByteBuffer.allocate(4).putInt(value).array());
                if (!Arrays.equals(wild, file)) {
                    try {
                        answer(restored(code, wild)); // a memory of other bytes is as good as any
                    } catch (BadImageException e) {
                        assertFalse(e.getMessage().isEmpty());
                    }
                }
            }
        }
    }

    /** The file with some bytes replaced, and a digest that is right for them. */
    private static byte[] sealed(byte[] file, int at, byte[] instead) throws Exception {
        byte[] changed = file.clone();
        System.arraycopy(instead, 0, changed, at, instead.length);
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Arrays.copyOf(changed, changed.length - 32));
        System.arraycopy(digest, 0, changed, changed.length - 32, 32);
        return changed;
    }

    @Test
    void anInitialisationThatEndsTheModuleIsToldAsThat() {
        byte[] module = new ModuleBytes().function("wasi_snapshot_preview1", "proc_exit", new int[] {I32}, NONE).memory(1)
                .function("_initialize", NONE, NONE, 0, 0x41, 0L, 0x10, 0)
                .function("alloc", new int[] {I32}, new int[] {I32}, 0, 0x41, 1024L)
                .function("handle", new int[] {I32, I32}, new int[] {I64}, 0, 0x42, 0L).build();
        InvalidModuleException refused = assertThrows(InvalidModuleException.class,
                () -> WasmImage.prepare(WasmCode.compile(module, CodeCache.none()), config(4)));
        assertEquals("the module's initialisation ended the module with exit status 0, and nothing is left to serve requests: it must return",
                refused.getMessage());
    }
}
