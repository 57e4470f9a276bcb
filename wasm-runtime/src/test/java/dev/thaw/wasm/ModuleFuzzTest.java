package dev.thaw.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Mutated modules: whatever the bytes are, compiling them ends in code or in {@link InvalidModuleException}, and running the code in
 * an outcome, within the limits. {@code -Dthaw.fuzz.modules=100000} for a long run, {@code -Dthaw.fuzz.seed} to repeat one; a module
 * that broke something is left in {@code target/}.
 */
class ModuleFuzzTest {
    private static final int MODULES = Integer.getInteger("thaw.fuzz.modules", 1500);
    private static final long SEED = Long.getLong("thaw.fuzz.seed", 20);
    private static final Duration DEADLINE = Duration.ofMillis(100);
    /** A machine under load may stop a thread for a while; a hang is longer than this. */
    private static final long HANG = Duration.ofSeconds(60).toNanos();

    /** Calls every function without parameters, whatever it is. */
    private static final class CallAll implements Contract {
        private final List<String> functions;

        CallAll(WasmCode code) {
            this.functions = code.functions().keySet().stream()
                    .filter(name -> code.signature(name).orElseThrow().startsWith("()")).sorted().limit(20).toList();
        }

        @Override
        public void check(WasmCode code) {
            // anything goes
        }

        @Override
        public void initialise(WasmInstance instance) {
            // nothing
        }

        @Override
        public byte[] answer(WasmInstance instance, HostCall host, WasmCall call) {
            functions.forEach(instance::call);
            return host.output();
        }
    }

    @Test
    void whateverTheBytesAreItEndsInAnOutcome() throws IOException {
        List<byte[]> seeds = seeds();
        SplittableRandom random = new SplittableRandom(SEED);
        int compiled = 0;
        int prepared = 0;
        List<String> broken = new ArrayList<>();
        try (WasmWorkers workers = new WasmWorkers(2, 512 << 10)) {
            for (int i = 0; i < MODULES; i++) {
                byte[] module = mutate(seeds, random);
                long began = System.nanoTime();
                int reached = 0;
                try {
                    reached = attempt(module, workers);
                } catch (Throwable e) {
                    broken.add(keep(module, i, e.toString()));
                }
                if (System.nanoTime() - began > HANG) {
                    broken.add(keep(module, i, "took " + (System.nanoTime() - began) / 1_000_000 + " ms"));
                }
                compiled += reached > 0 ? 1 : 0;
                prepared += reached > 1 ? 1 : 0;
            }
        }
        System.out.println(MODULES + " modules, " + compiled + " compiled, " + prepared + " ran");
        assertEquals(List.of(), broken);
        assertTrue(prepared > MODULES / 20, prepared + " of " + MODULES + " ran: the mutations are too coarse");
    }

    private static int attempt(byte[] module, WasmWorkers workers) {
        try {
            WasmCode code = WasmCode.compile(module, CodeCache.none());
            try {
                WasmImage image = WasmImage.prepare(code, new WasmConfig(64, 10_000, new AnyHost(code.module()), new CallAll(code), workers));
                for (int i = 0; i < 2; i++) {
                    WasmOutcome outcome = image.run(new WasmCall("f", new byte[100], OutputStream.nullOutputStream(), DEADLINE));
                    if (outcome instanceof WasmOutcome.Trapped trapped && trapped.message().contains("NullPointer")) {
                        throw new IllegalStateException(trapped.message());
                    }
                }
                return 2;
            } catch (InvalidModuleException e) {
                return 1;
            }
        } catch (InvalidModuleException e) {
            return 0;
        }
    }

    private static String keep(byte[] module, int index, String what) throws IOException {
        Path file = Path.of("target", "broken-" + SEED + "-" + index + ".wasm");
        Files.write(file, module);
        return file + ": " + what;
    }

    /** Modules of the core suite and of our tests. */
    private static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (Map.Entry<String, byte[]> file : CoreSuite.files().entrySet()) {
            if (file.getKey().endsWith(".wasm") && file.getValue().length > 30 && file.getValue().length < 20_000) {
                seeds.add(file.getValue());
            }
        }
        return seeds;
    }

    private static byte[] mutate(List<byte[]> seeds, SplittableRandom random) {
        byte[] module = seeds.get(random.nextInt(seeds.size())).clone();
        // mostly one: two rarely leave a module valid
        int changes = 1 + random.nextInt(6) / 4;
        for (int i = 0; i < changes; i++) {
            int at = 8 + random.nextInt(module.length - 8);
            switch (random.nextInt(8)) {
                case 0, 1 -> module[at] = (byte) random.nextInt(256);
                case 2 -> module[at] ^= (byte) (1 << random.nextInt(8));
                // an opcode for an opcode
                case 3 -> module[at] = (byte) random.nextInt(0xc5);
                // the largest numbers
                case 4 -> Arrays.fill(module, at, Math.min(at + random.nextInt(6), module.length), (byte) 0xff);
                case 5 -> module[at] = (byte) (module[at] + random.nextInt(-2, 3));
                // something from another module over it
                case 6 -> {
                    byte[] other = seeds.get(random.nextInt(seeds.size()));
                    int from = random.nextInt(other.length);
                    int length = Math.min(random.nextInt(1, 20), Math.min(other.length - from, module.length - at));
                    System.arraycopy(other, from, module, at, length);
                }
                default -> {
                    int length = Math.min(random.nextInt(1, 12), module.length - at);
                    int from = 8 + random.nextInt(module.length - 8 - length + 1);
                    System.arraycopy(module, from, module, at, length);
                }
            }
        }
        return module;
    }
}
