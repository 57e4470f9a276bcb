package dev.thaw.wasm.guest;

import dev.thaw.wasm.CodeCache;
import dev.thaw.wasm.InvalidModuleException;
import dev.thaw.wasm.WasmCall;
import dev.thaw.wasm.WasmCode;
import dev.thaw.wasm.WasmConfig;
import dev.thaw.wasm.WasmImage;
import dev.thaw.wasm.WasmOutcome;
import dev.thaw.wasm.WasmWorkers;
import dev.thaw.wasm.wasi.PackageFiles;
import dev.thaw.wasm.wasi.WasiConfig;
import dev.thaw.wasm.wasi.WasiContract;
import dev.thaw.wasm.wasi.WasiHost;
import dev.thaw.wasm.wasi.WasiLimits;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compiles a module, captures its image, practises, and only then reads standard input, which is where the VM is frozen: the event.
 * Standard output is what became of it, in the form of {@link Reply}; an exit status other than 0 says that the runtime failed.
 */
public final class Main {
    /** Names the variables that the module is given, separated by commas. */
    public static final String NAMES = "THAW_MODULE_VARIABLES";
    private static final int FAILED = 1;
    private static final int STACK_BYTES = 4 << 20;
    private static final int TABLE_ELEMENTS = 1 << 20;
    /** The VM has the function's own limit; this one is never reached. */
    private static final Duration LONG = Duration.ofHours(1);
    private static final int REHEARSALS = 5;
    private static final Duration REHEARSAL = Duration.ofMillis(500);

    private Main() {
    }

    /** @param args the package's folder, the module in it, pages of memory, bytes of a response; then the module's command line, its name first */
    public static void main(String[] args) throws InterruptedException {
        WasmWorkers workers = new WasmWorkers(2, STACK_BYTES);
        // what runs on a worker's thread needs no other to hand over to after the thaw
        Thread thread = workers.thread("module", () -> {
            int status = FAILED;
            try {
                status = run(args, workers);
            } catch (InvalidModuleException | IOException e) {
                System.err.println(args[1] + ": " + e.getMessage());
            } finally {
                System.err.flush();
                Runtime.getRuntime().halt(status);
            }
        });
        thread.setDaemon(false);
        thread.start();
        thread.join();
    }

    private static int run(String[] args, WasmWorkers workers) throws IOException, InvalidModuleException {
        Path folder = Path.of(args[0]);
        WasmCode code = WasmCode.compile(Files.readAllBytes(folder.resolve(args[1])), CodeCache.none());
        WasiLimits usual = WasiLimits.DEFAULT;
        WasiLimits limits = new WasiLimits(usual.descriptors(), usual.files(), usual.writableBytes() / 4, Integer.parseInt(args[3]));
        List<String> arguments = List.of(args).subList(4, args.length);
        WasiHost host = new WasiHost(new WasiConfig(arguments, variables(), PackageFiles.of(folder), limits, WasiHost.Sources.system()));
        WasmImage image = WasmImage.prepare(code,
                new WasmConfig(Integer.parseInt(args[2]), TABLE_ELEMENTS, host, new WasiContract(), workers));
        for (int i = 0; i < REHEARSALS; i++) {
            image.run(new WasmCall("rehearsal", new byte[0], OutputStream.nullOutputStream(), REHEARSAL));
        }
        WasmOutcome outcome = image.run(new WasmCall("event", System.in.readAllBytes(), System.err, LONG));
        byte[] reply = Reply.write(outcome);
        System.out.write(reply, 0, reply.length);
        System.out.flush();
        return 0;
    }

    private static Map<String, String> variables() {
        Map<String, String> given = new HashMap<>(System.getenv());
        given.keySet().retainAll(Arrays.asList(given.getOrDefault(NAMES, "").split(",")));
        return given;
    }
}
