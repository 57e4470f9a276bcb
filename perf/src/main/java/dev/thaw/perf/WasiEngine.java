package dev.thaw.perf;

import dev.thaw.wasm.CodeCache;
import dev.thaw.wasm.InvalidModuleException;
import dev.thaw.wasm.WasmCall;
import dev.thaw.wasm.WasmCode;
import dev.thaw.wasm.WasmConfig;
import dev.thaw.wasm.WasmImage;
import dev.thaw.wasm.WasmOutcome;
import dev.thaw.wasm.WasmRun;
import dev.thaw.wasm.WasmWorkers;
import dev.thaw.wasm.wasi.PackageFiles;
import dev.thaw.wasm.wasi.WasiConfig;
import dev.thaw.wasm.wasi.WasiContract;
import dev.thaw.wasm.wasi.WasiHost;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Modules by the engine's own API, without the platform. */
final class WasiEngine implements AutoCloseable {
    private static final int PAGES = 1024;
    private static final int TABLE_ELEMENTS = 1 << 16;
    private static final int STACK_BYTES = 4 << 20;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final WasmWorkers workers = new WasmWorkers(Integer.MAX_VALUE, STACK_BYTES);

    static WasmCode code(byte[] module) {
        try {
            return WasmCode.compile(module, CodeCache.none());
        } catch (InvalidModuleException e) {
            throw new BenchException("the engine refuses a module: " + e.getMessage());
        }
    }

    static WasmCode interpreted(byte[] module) {
        try {
            return WasmCode.interpreted(module);
        } catch (InvalidModuleException e) {
            throw new BenchException("the engine refuses a module: " + e.getMessage());
        }
    }

    WasmImage image(WasmCode code) {
        try {
            WasiHost host = new WasiHost(WasiConfig.of("bench", PackageFiles.none()));
            return WasmImage.prepare(code, new WasmConfig(PAGES, TABLE_ELEMENTS, host, new WasiContract(), workers));
        } catch (InvalidModuleException e) {
            throw new BenchException("the engine refuses a module: " + e.getMessage());
        }
    }

    /** On a thread that is a worker, as the platform's are; waits for its end. */
    void onWorker(Runnable work) throws InterruptedException {
        Throwable[] thrown = new Throwable[1];
        Thread thread = workers.thread("bench", work);
        thread.setUncaughtExceptionHandler((_, e) -> thrown[0] = e);
        thread.start();
        thread.join();
        if (thrown[0] instanceof RuntimeException e) {
            throw e;
        } else if (thrown[0] instanceof Error e) {
            throw e;
        }
    }

    /** A thread that is a worker, not started. */
    Thread worker(Runnable work) {
        return workers.thread("bench", work);
    }

    /** @throws BenchException when it does not answer */
    static WasmRun serve(WasmImage image, byte[] event) {
        WasmRun run = image.serve(new WasmCall("bench", event, OutputStream.nullOutputStream(), LIMIT));
        if (!(run.outcome() instanceof WasmOutcome.Answered)) {
            throw new BenchException("a module did not answer: " + run.outcome());
        }
        return run;
    }

    static String text(WasmRun run) {
        return switch (run.outcome()) {
            case WasmOutcome.Answered(byte[] output) -> new String(output, StandardCharsets.UTF_8);
            case WasmOutcome other -> throw new BenchException("a module did not answer: " + other);
        };
    }

    @Override
    public void close() {
        workers.close();
    }
}
