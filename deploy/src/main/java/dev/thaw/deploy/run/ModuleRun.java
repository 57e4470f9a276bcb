package dev.thaw.deploy.run;

import dev.thaw.wasm.CodeCache;
import dev.thaw.wasm.Host;
import dev.thaw.wasm.HostFunction;
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
import dev.thaw.wasm.wasi.WasiProcess;
import dev.thaw.deploy.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A WebAssembly module with WASI preview 1, once, in this process: all of standard input is there when it begins, its standard output is
 * written when it ends, its standard error as it comes. It sees no file of the host.
 *
 * @param memoryBytes rounded down to pages of 64 KiB
 * @param timeout empty for none
 * @param arguments the module's name first
 */
public record ModuleRun(Path file, long memoryBytes, Optional<Duration> timeout, List<String> arguments, Map<String, String> environment) {
    private static final byte[] MAGIC = {0, 'a', 's', 'm'};
    private static final int PAGE = 64 << 10;
    private static final int TABLE_ELEMENTS = 1 << 20;
    private static final int STACK_BYTES = 16 << 20;
    private static final int MOST_OUTPUT = 1 << 30;
    /** For a module without a limit. */
    private static final Duration LONG = Duration.ofDays(365);

    /** Whether there is a file of this name, and WebAssembly in it. */
    public static boolean isModule(String name) {
        Path file = Path.of(name);
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
        } catch (IOException e) {
            return false; // whoever starts it as a program says why
        }
    }

    /** @throws Failure when it is no module that can be run */
    public ExitStatus run(InputStream in, PrintStream out, PrintStream err) {
        try (WasmWorkers workers = new WasmWorkers(2, STACK_BYTES)) {
            WasmCode code = WasmCode.compile(Files.readAllBytes(file), CodeCache.none());
            WasiLimits usual = WasiLimits.DEFAULT;
            Kept host = new Kept(new WasiHost(new WasiConfig(arguments, environment, PackageFiles.none(),
                    new WasiLimits(usual.descriptors(), usual.files(), usual.writableBytes(), MOST_OUTPUT), WasiHost.Sources.system())));
            int pages = (int) Math.clamp(memoryBytes / PAGE, 1, WasmConfig.MAX_MEMORY_PAGES);
            WasmImage image = WasmImage.prepare(code, new WasmConfig(pages, TABLE_ELEMENTS, host, new WasiContract(), workers));
            WasmOutcome outcome = image.run(new WasmCall("run", in.readAllBytes(), err, timeout.orElse(LONG)));
            out.writeBytes(host.output(outcome));
            out.flush();
            return ExitStatus.of(outcome);
        } catch (InvalidModuleException e) {
            throw new Failure(ProgramLookup.NOT_EXECUTABLE, file + ": " + e.getMessage());
        } catch (IOException e) {
            throw new Failure(ExitStatus.OWN_FAILURE, file + ": " + e);
        }
    }

    /** A host that keeps what the module has printed, however that ends. Of one thread at a time. */
    private static final class Kept implements Host<WasiProcess> {
        private WasiHost host;
        private Optional<WasiProcess> last = Optional.empty();

        Kept(WasiHost host) {
            this.host = host;
        }

        @Override
        public List<HostFunction<WasiProcess>> functions() {
            return host.functions();
        }

        @Override
        public synchronized WasiProcess open(WasmCall call) {
            WasiProcess opened = host.open(call);
            last = Optional.of(opened);
            return opened;
        }

        @Override
        public synchronized Kept at(WasiProcess prepared) {
            host = host.at(prepared);
            return this;
        }

        synchronized byte[] output(WasmOutcome outcome) {
            return switch (outcome) {
                case WasmOutcome.Answered(byte[] output) -> output;
                case WasmOutcome.Exited(int _, byte[] output) -> output;
                case WasmOutcome.Trapped _, WasmOutcome.TimedOut _, WasmOutcome.LimitExceeded _ ->
                    last.map(WasiProcess::output).orElse(new byte[0]);
            };
        }
    }
}
