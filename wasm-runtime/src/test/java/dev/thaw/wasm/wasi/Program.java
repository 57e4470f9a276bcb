package dev.thaw.wasm.wasi;

import dev.thaw.wasm.HostFunction;
import dev.thaw.wasm.WasmCall;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Calls WASI functions as a module would, over a memory of 64 KiB; arguments are put where they are wanted. */
final class Program {
    static final int ROOT = 3;
    static final int MEMORY = 1 << 16;
    /** Where results are put. */
    static final int RESULT = 0x100;
    /** Where paths are put; the second 4 KiB behind. */
    static final int PATH = 0x1000;
    static final int SECOND_PATH = 0x2000;
    /** Where data is put. */
    static final int DATA = 0x4000;
    static final long ALL_FILE = Rights.FILE;

    static final Instant NOW = Instant.parse("2026-02-03T04:05:06.000000007Z");

    final ArrayMemory memory = new ArrayMemory(MEMORY);
    final ByteArrayOutputStream log = new ByteArrayOutputStream();
    final WasiProcess process;

    Program(WasiConfig config, WasiState state, String input) {
        process = new WasiProcess(config, state,
                new WasmCall("test", input.getBytes(StandardCharsets.UTF_8), log, Duration.ofSeconds(120)));
    }

    Program(WasiConfig config) {
        this(config, WasiState.initial(config.files()), "");
    }

    Program(PackageFiles files) {
        this(config(files, WasiLimits.DEFAULT));
    }

    Program() {
        this(PackageFiles.none());
    }

    /** Clocks that stand still, and random bytes that are all 7. */
    static WasiConfig config(PackageFiles files, WasiLimits limits) {
        WasiHost.Sources still = new WasiHost.Sources(InstantSource.fixed(NOW), () -> 5_000_000_000L, bytes -> Arrays.fill(bytes, (byte) 7));
        return new WasiConfig(List.of("program", "ä"), Map.of("B", "2", "A", "1"), files, limits, still);
    }

    static HostFunction<WasiProcess> function(String name) {
        return WasiFunctions.all().stream().filter(function -> function.name().equals(name)).findFirst().orElseThrow();
    }

    int call(String name, long... arguments) {
        HostFunction<WasiProcess> function = function(name);
        if (function.parameters().size() != arguments.length) {
            throw new IllegalArgumentException(name + " takes " + function.parameters().size() + " arguments");
        }
        return (int) function.body().call(process, memory, arguments);
    }

    /** Puts a text and returns its length. */
    int put(int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        memory.put(at, bytes, 0, bytes.length);
        return bytes.length;
    }

    String text(int at, int length) {
        return new String(memory.bytes(at, length), StandardCharsets.UTF_8);
    }

    int result() {
        return memory.int32(RESULT);
    }

    /** A call whose arguments are a descriptor and a path. */
    int path(String name, int directory, String path) {
        return call(name, directory, PATH, put(PATH, path));
    }

    int open(int directory, String path, int openFlags, long rights) {
        return call("path_open", directory, Abi.LOOKUP_FOLLOW, PATH, put(PATH, path), openFlags, rights, Rights.INHERITED, 0, RESULT);
    }

    /** Opens what must be there; returns its descriptor. */
    int opened(int directory, String path, int openFlags, long rights) {
        succeed(open(directory, path, openFlags, rights));
        return result();
    }

    int create(String path) {
        return opened(ROOT, path, Abi.OPEN_CREATE, ALL_FILE);
    }

    int openDirectory(String path) {
        return opened(ROOT, path, Abi.OPEN_DIRECTORY, Rights.DIRECTORY);
    }

    /** Puts one buffer's vector at 0 and returns 0. */
    private int vector(int length) {
        memory.putInt32(0, DATA);
        memory.putInt32(4, length);
        return 0;
    }

    int write(int descriptor, String text) {
        return call("fd_write", descriptor, vector(put(DATA, text)), 1, RESULT);
    }

    int writeFile(String path, String text) {
        int file = opened(ROOT, path, Abi.OPEN_CREATE | Abi.OPEN_TRUNCATE, ALL_FILE);
        succeed(write(file, text));
        return call("fd_close", file);
    }

    String read(int descriptor, int most) {
        succeed(call("fd_read", descriptor, vector(most), 1, RESULT));
        return text(DATA, result());
    }

    String readFile(String path) {
        int file = opened(ROOT, path, 0, Rights.FD_READ);
        String text = read(file, 0x8000);
        call("fd_close", file);
        return text;
    }

    static void succeed(int errno) {
        if (errno != 0) {
            throw new AssertionError("WASI errno " + errno);
        }
    }
}
