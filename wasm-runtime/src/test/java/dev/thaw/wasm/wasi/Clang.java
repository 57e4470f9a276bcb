package dev.thaw.wasm.wasi;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** The C compiler for WASI of Debian and Ubuntu: packages clang, lld, wasi-libc and libclang-rt-dev-wasm32. */
final class Clang {
    private Clang() {}

    /** Skips the test where the toolchain is not installed. */
    static void assumed() {
        boolean there = Files.isDirectory(Path.of("/usr/include/wasm32-wasi")) && run(List.of("clang", "--version")).isEmpty()
                && run(List.of("wasm-ld", "--version")).isEmpty();
        Assumptions.assumeTrue(there, "no C compiler for WASI: apt install clang lld wasi-libc libclang-rt-dev-wasm32");
    }

    /** Compiles C to a module in a folder. */
    static byte[] compile(Path folder, String source, String... options) throws IOException {
        assumed();
        Path c = Files.writeString(folder.resolve("module.c"), source);
        Path module = folder.resolve("module.wasm");
        List<String> command = new ArrayList<>(List.of("clang", "--target=wasm32-wasi", "-O1", "-Wall", "-Werror", "-o", module.toString(), c.toString()));
        command.addAll(List.of(options));
        String failure = run(command);
        if (!failure.isEmpty()) {
            throw new IOException(failure);
        }
        return Files.readAllBytes(module);
    }

    /** What went wrong; empty if nothing did. */
    private static String run(List<String> command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor(300, TimeUnit.SECONDS) && process.exitValue() == 0 ? "" : String.join(" ", command) + ": " + said;
        } catch (IOException absent) {
            return absent.toString();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return interrupted.toString();
        }
    }
}
