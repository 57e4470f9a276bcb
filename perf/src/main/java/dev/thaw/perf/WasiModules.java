package dev.thaw.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The C programs of this module as WebAssembly modules, and with the same compiler as native ones. */
final class WasiModules {
    private static final String HOW = "apt-get install clang lld wasi-libc libclang-rt-14-dev-wasm32";

    private final Workshop shop;

    WasiModules(Workshop shop) {
        this.shop = shop;
    }

    /** @throws BenchException without clang and wasi-libc */
    byte[] module(String resource, String... options) throws IOException, InterruptedException {
        Path module = shop.folder().resolve(resource.replace(".c", ".wasm"));
        List<String> command = new ArrayList<>(List.of(clang(), "--target=wasm32-wasi", "--sysroot=/usr", "-O2", "-o", module.toString(),
                shop.programs().copy(resource).toString()));
        command.addAll(List.of(options));
        try {
            Native.output(command);
        } catch (BenchException e) {
            throw new BenchException("no module can be made of " + resource + " (" + e.getMessage() + "): " + HOW);
        }
        return Files.readAllBytes(module);
    }

    Path natively(String resource) throws IOException, InterruptedException {
        Path program = shop.folder().resolve(resource.replace(".c", ""));
        Native.output(List.of(clang(), "-O2", "-o", program.toString(), shop.programs().copy(resource).toString()));
        return program;
    }

    private static String clang() {
        return Languages.onPath("clang").orElseThrow(() -> new BenchException("there is no clang on PATH: " + HOW));
    }
}
