package dev.thaw.wasm.wasi;

import dev.thaw.wasm.BadImageException;
import dev.thaw.wasm.Host;
import dev.thaw.wasm.HostFunction;
import dev.thaw.wasm.WasmCall;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * WASI preview 1 for the instances of one image: what they are given, and the state in which they begin. Immutable, shared by threads.
 */
public final class WasiHost implements Host<WasiProcess> {
    /**
     * Where an instance's clocks and random bytes come from.
     *
     * @param realtime the time of day
     * @param nanoTime nanoseconds that only go on, from anywhere: as {@link System#nanoTime}
     * @param random   fills an array with bytes that nobody can foretell
     */
    public record Sources(InstantSource realtime, LongSupplier nanoTime, Consumer<byte[]> random) {
        /** Those of this machine. */
        public static Sources system() {
            return new Sources(InstantSource.system(), System::nanoTime, new SecureRandom()::nextBytes);
        }
    }

    private final WasiConfig config;
    private final WasiState initial;

    /** A host whose instances begin with the package's files and nothing else. */
    public WasiHost(WasiConfig config) {
        this(config, WasiState.initial(config.files()));
    }

    /** A host whose instances begin at a state that one of this package's reached. */
    public WasiHost(WasiConfig config, WasiState initial) {
        this.config = config;
        this.initial = initial;
    }

    @Override
    public List<HostFunction<WasiProcess>> functions() {
        return WasiFunctions.all();
    }

    @Override
    public WasiProcess open(WasmCall call) {
        return new WasiProcess(config, initial, call);
    }

    @Override
    public WasiProcess openForPreparation(WasmCall call) {
        WasiProcess process = open(call);
        process.respondByReturning();
        return process;
    }

    @Override
    public WasiHost at(WasiProcess prepared) {
        return new WasiHost(config, prepared.freeze());
    }

    @Override
    public void save(DataOutputStream out) throws IOException {
        WasiStateFile.write(initial, out);
    }

    @Override
    public WasiHost restored(DataInputStream in) throws IOException, BadImageException {
        return new WasiHost(config, WasiStateFile.read(in, config.files(), config.limits()));
    }
}
