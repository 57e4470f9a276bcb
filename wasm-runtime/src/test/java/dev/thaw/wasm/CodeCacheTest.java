package dev.thaw.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import run.endive.wasm.types.MemoryLimits;

/** Compiled code is kept by content, checked before it is run, and unloaded when nobody needs it. */
class CodeCacheTest {
    private static final class MapCache implements CodeCache {
        private final Map<String, byte[]> entries = new HashMap<>();
        private int puts;

        @Override
        public Optional<byte[]> get(String key) {
            return Optional.ofNullable(entries.get(key));
        }

        @Override
        public void put(String key, byte[] entry) {
            entries.put(key, entry);
            puts++;
        }
    }

    private static byte[] module() {
        return WasmImageTest.module().memory(1).data(0, new byte[] {'h', 'i'})
                .function("_start", WasmImageTest.NONE, WasmImageTest.NONE, 0, 0x41, 0L, 0x41, 2L, 0x10, 1).build();
    }

    private static String run(WasmCode code) throws InvalidModuleException {
        try (WasmWorkers workers = new WasmWorkers(1, 1 << 20)) {
            WasmImage image = WasmImage.prepare(code, new WasmConfig(2, 0, new PipeHost(), new CommandContract(), workers));
            WasmOutcome outcome = image.run(new WasmCall("r", new byte[0], OutputStream.nullOutputStream(), Duration.ofSeconds(120)));
            return new String(assertInstanceOf(WasmOutcome.Answered.class, outcome).output());
        }
    }

    @Test
    void whatIsInTheCacheIsNotCompiledAgain() throws InvalidModuleException {
        MapCache cache = new MapCache();
        assertEquals("hi", run(WasmCode.compile(module(), cache)));
        assertEquals("hi", run(WasmCode.compile(module(), cache)));
        assertEquals(1, cache.puts);
    }

    @Test
    void aDamagedEntryIsNotRunButCompiledAnew() throws InvalidModuleException {
        MapCache cache = new MapCache();
        WasmCode.compile(module(), cache);
        byte[] entry = cache.entries.values().iterator().next();
        for (int at : new int[] {3, 20, 60, entry.length / 2, entry.length - 1}) {
            cache.puts = 0;
            cache.entries.values().iterator().next()[at] ^= 1;
            assertEquals("hi", run(WasmCode.compile(module(), cache)), "damaged at " + at);
            assertEquals(1, cache.puts, "damaged at " + at);
        }
        cache.entries.replaceAll((key, whole) -> Arrays.copyOf(whole, 30));
        assertEquals("hi", run(WasmCode.compile(module(), cache)));
    }

    /** A valid entry of another module, moved under this one's key. */
    @Test
    void anEntryOfAnotherModuleIsNotRun() throws InvalidModuleException {
        MapCache other = new MapCache();
        WasmCode.compile(new ModuleBytes().function("_start", WasmImageTest.NONE, WasmImageTest.NONE, 0).build(), other);
        MapCache cache = new MapCache();
        WasmCode.compile(module(), cache);
        cache.entries.replaceAll((key, entry) -> other.entries.values().iterator().next());
        assertEquals("hi", run(WasmCode.compile(module(), cache)));
    }

    @Test
    void theClassesOfAModuleThatNobodyHasAreUnloaded() throws Exception {
        List<WeakReference<Object>> loaded = loaded();
        for (int i = 0; i < 200 && loaded.stream().anyMatch(each -> each.get() != null); i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertTrue(loaded.getFirst().get() == null, "the loader is still reachable");
        assertTrue(loaded.getLast().get() == null, "the class of its memories is still reachable");
    }

    /** In a method of its own, so that no frame keeps the code. */
    private static List<WeakReference<Object>> loaded() throws InvalidModuleException {
        WasmCode code = WasmCode.compile(module(), CodeCache.none());
        run(code);
        return List.of(new WeakReference<>(code.machines()), new WeakReference<>(classOfMemories(code)));
    }

    /** Or what HotSpot learns of one module's accesses to its memory would be compiled into another's. */
    @Test
    void eachModuleHasAClassOfMemoriesOfItsOwn() throws InvalidModuleException {
        WasmCode one = WasmCode.compile(module(), CodeCache.none());
        assertSame(classOfMemories(one), classOfMemories(one));
        assertNotSame(classOfMemories(one), classOfMemories(WasmCode.compile(module(), CodeCache.none())));
    }

    private static Class<?> classOfMemories(WasmCode code) {
        return code.memories().make(new MemoryLimits(1, 1), new PageBudget(1)).getClass();
    }
}
