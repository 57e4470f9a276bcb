package dev.thaw.invoker;

import dev.thaw.invoker.contract.Contract;
import dev.thaw.wasm.WasmConfig;
import dev.thaw.wasm.WasmWorkers;
import dev.thaw.wasm.wasi.PackageFiles;
import dev.thaw.wasm.wasi.WasiConfig;
import dev.thaw.wasm.wasi.WasiContract;
import dev.thaw.wasm.wasi.WasiHost;
import dev.thaw.wasm.wasi.WasiLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a version's image is made from.
 *
 * @param module the module's bytes
 * @param config how it is run
 * @param fingerprint changes when anything does that an image of it depends on
 */
record ModuleSource(FunctionVersion version, byte[] module, WasmConfig config, String fingerprint) {
    /** Pages of 64 KiB of a MiB. */
    static final int PAGES_A_MB = 16;
    /** References that a module's tables may hold: what large programs have of functions, several times. */
    private static final int TABLE_ELEMENTS = 1 << 20;

    /** @throws IOException when the package cannot be read */
    static ModuleSource of(FunctionVersion version, WasmWorkers workers) throws IOException {
        FunctionManifest manifest = version.manifest();
        byte[] module = Files.readAllBytes(version.packageFolder().resolve(manifest.handler()));
        String fingerprint = new Fingerprint().add("wasm image 2").addFolder(version.packageFolder()).add(manifest.command().toString())
                .add(new TreeMap<>(manifest.environment()).toString()).add(Integer.toString(manifest.memoryMb())).hex();
        WasmConfig config = new WasmConfig(manifest.memoryMb() * PAGES_A_MB, TABLE_ELEMENTS, host(version), new WasiContract(), workers);
        return new ModuleSource(version, module, config, fingerprint);
    }

    private static WasiHost host(FunctionVersion version) throws IOException {
        FunctionManifest manifest = version.manifest();
        Map<String, String> environment = new HashMap<>(manifest.environment());
        environment.putAll(LambdaVariables.of(version));
        WasiLimits usual = WasiLimits.DEFAULT;
        WasiLimits limits = new WasiLimits(usual.descriptors(), usual.files(), (long) writableMb(manifest) << 20, Contract.MAX_RESPONSE);
        return new WasiHost(new WasiConfig(manifest.command(), environment, PackageFiles.of(version.packageFolder()), limits,
                WasiHost.Sources.system()));
    }

    /** What an instance may write into files, MiB: as much as its memory, within what is usual. */
    private static int writableMb(FunctionManifest manifest) {
        return (int) Math.min(WasiLimits.DEFAULT.writableBytes() >> 20, manifest.memoryMb());
    }

    /** All that an instance may take of the heap: its memory, its files, a response that grows. MiB. */
    static int heapMb(FunctionManifest manifest) {
        return manifest.memoryMb() + writableMb(manifest) + 2 * (Contract.MAX_RESPONSE >> 20);
    }
}
