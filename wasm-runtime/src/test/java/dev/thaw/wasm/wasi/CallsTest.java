package dev.thaw.wasm.wasi;

import static dev.thaw.wasm.wasi.Program.DATA;
import static dev.thaw.wasm.wasi.Program.RESULT;
import static dev.thaw.wasm.wasi.Program.ROOT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.wasm.HostFunction;
import dev.thaw.wasm.WasmExit;
import dev.thaw.wasm.WasmLimitException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CallsTest {
    @Test
    void allFunctionsOfPreview1AreThereOnce() {
        Set<String> names = new HashSet<>();
        WasiFunctions.all().forEach(function -> assertTrue(names.add(function.name()), function.name()));
        assertEquals(46, names.size());
    }

    @Test
    void argumentsAndEnvironmentAreGivenWithTheirSizes() {
        Program program = new Program();
        Program.succeed(program.call("args_sizes_get", RESULT, RESULT + 4));
        assertEquals(2, program.memory.int32(RESULT));
        assertEquals("program\0ä\0".length() + 1, program.memory.int32(RESULT + 4));
        Program.succeed(program.call("args_get", RESULT, DATA));
        assertEquals("program\0ä\0", program.text(DATA, 11));
        assertEquals(DATA + 8, program.memory.int32(RESULT + 4));
        Program.succeed(program.call("environ_get", RESULT, DATA));
        assertEquals("A=1\0B=2\0", program.text(DATA, 8));
    }

    @Test
    void monotonicTimeBeginsAtZeroAndGoesOnFromTheImage() {
        AtomicLong uptime = new AtomicLong(123_456_789_000L);
        WasiHost.Sources sources = new WasiHost.Sources(InstantSource.fixed(Program.NOW), uptime::get, bytes -> { });
        WasiConfig config = new WasiConfig(List.of(), Map.of(), PackageFiles.none(), WasiLimits.DEFAULT, sources);
        Program init = new Program(config);
        uptime.addAndGet(40);
        assertEquals(40, time(init, Abi.CLOCK_MONOTONIC));
        assertEquals(1_770_091_506_000_000_007L, time(init, Abi.CLOCK_REALTIME));
        WasiState image = init.process.freeze();
        uptime.addAndGet(1_000_000_000_000L);
        Program instance = new Program(config, image, "");
        uptime.addAndGet(2);
        assertEquals(42, time(instance, Abi.CLOCK_MONOTONIC));
        assertEquals(2, time(instance, Abi.CLOCK_PROCESS_CPUTIME));
        assertEquals(Errno.INVAL, instance.call("clock_time_get", 4, 0, RESULT));
        assertEquals(Errno.INVAL, instance.call("clock_res_get", 0xffff_ffffL, RESULT));
        Program.succeed(instance.call("clock_res_get", Abi.CLOCK_MONOTONIC, RESULT));
        assertEquals(1, instance.memory.int64(RESULT));
    }

    private static long time(Program program, int clock) {
        Program.succeed(program.call("clock_time_get", clock, 0, RESULT));
        return program.memory.int64(RESULT);
    }

    @Test
    void standardStreamsAreTheEventTheResponseAndTheLog() {
        WasiConfig config = Program.config(PackageFiles.none(), WasiLimits.DEFAULT);
        Program program = new Program(config, WasiState.initial(config.files()), "the event");
        assertEquals("the e", program.read(0, 5));
        assertEquals("vent", program.read(0, 50));
        assertEquals("", program.read(0, 50));
        Program.succeed(program.write(1, "answer"));
        Program.succeed(program.write(2, "said"));
        assertEquals("answer", new String(program.process.output()));
        assertEquals("said", program.log.toString());
        assertEquals(Errno.BADF, program.write(0, "x"));
        assertEquals(Errno.SPIPE, program.call("fd_seek", 1, 0, 0, RESULT));
        Program.succeed(program.call("fd_fdstat_get", 1, RESULT));
        assertEquals(Abi.TYPE_UNKNOWN, program.memory.int8(RESULT), "no terminal");
    }

    @Test
    void aResponseThatIsTooLargeEndsTheModule() {
        Program program = new Program(Program.config(PackageFiles.none(), new WasiLimits(10, 10, 0, 10)));
        Program.succeed(program.write(1, "0123456789"));
        assertEquals("output", assertThrows(WasmLimitException.class, () -> program.write(1, "x")).which());
    }

    @Test
    void exitAndSignalsEndTheModuleWithTheirCode() {
        Program program = new Program();
        HostFunction<WasiProcess> exit = Program.function("proc_exit");
        assertEquals(7, assertThrows(WasmExit.class, () -> exit.body().call(program.process, program.memory, new long[] {7})).code());
        assertEquals(128 + 6, assertThrows(WasmExit.class, () -> program.call("proc_raise", 6)).code());
        assertEquals(0, program.call("proc_raise", 0));
        assertEquals(0, program.call("proc_raise", 16));
        assertEquals(Errno.NOTSUP, program.call("proc_raise", 18));
        assertEquals(Errno.INVAL, program.call("proc_raise", 31));
        assertEquals(Errno.INVAL, program.call("proc_raise", -1));
    }

    @Test
    void randomBytesFillWhatIsAskedAndNoMore() {
        Program program = new Program();
        Program.succeed(program.call("random_get", DATA, 3));
        assertArrayEquals(new byte[] {7, 7, 7, 0}, program.memory.bytes(DATA, 4));
        Program.succeed(program.call("random_get", Program.MEMORY, 0));
        assertEquals(Errno.FAULT, program.call("random_get", DATA, 0xffff_ffffL));
    }

    @Test
    void socketsAreRefused() {
        Program program = new Program();
        for (String name : List.of("sock_accept", "sock_recv", "sock_send", "sock_shutdown")) {
            int parameters = Program.function(name).parameters().size();
            long[] arguments = new long[parameters];
            arguments[0] = 1;
            assertEquals(Errno.NOTSOCK, program.call(name, arguments), name);
            arguments[0] = 99;
            assertEquals(Errno.BADF, program.call(name, arguments), name);
        }
    }

    @Test
    void rightsAreOnlyGivenUp() {
        Program program = new Program();
        int file = program.create("tmp/x");
        Program.succeed(program.call("fd_fdstat_set_rights", file, Rights.FD_READ, 0));
        assertEquals(Errno.BADF, program.write(file, "x"));
        assertEquals(Errno.NOTCAPABLE, program.call("fd_seek", file, 1, 0, RESULT));
        assertEquals(Errno.NOTCAPABLE, program.call("fd_fdstat_set_rights", file, Rights.FD_READ | Rights.FD_WRITE, 0));
        int directory = program.openDirectory("tmp");
        Program.succeed(program.call("fd_fdstat_set_rights", directory, Rights.PATH_OPEN, Rights.FD_READ));
        assertEquals(Errno.NOTCAPABLE, program.call("path_open", directory, 0, Program.PATH, program.put(Program.PATH, "x"), 0,
                Rights.FD_WRITE, 0, 0, RESULT));
        assertEquals(Errno.NOTCAPABLE, program.path("path_create_directory", directory, "y"));
        Program.succeed(program.call("path_open", directory, 0, Program.PATH, program.put(Program.PATH, "x"), 0, Rights.FD_READ, 0, 0, RESULT));
    }

    @Test
    void aPreopenedDirectoryIsNamedAndNoOtherIs() {
        Program program = new Program();
        Program.succeed(program.call("fd_prestat_get", ROOT, RESULT));
        assertEquals(0, program.memory.int32(RESULT));
        assertEquals(1, program.memory.int32(RESULT + 4));
        Program.succeed(program.call("fd_prestat_dir_name", ROOT, DATA, 1));
        assertEquals("/", program.text(DATA, 1));
        assertEquals(Errno.NAMETOOLONG, program.call("fd_prestat_dir_name", ROOT, DATA, 0));
        assertEquals(Errno.BADF, program.call("fd_prestat_get", 1, RESULT));
        assertEquals(Errno.BADF, program.call("fd_prestat_get", 4, RESULT));
        assertEquals(Errno.BADF, program.call("fd_prestat_get", program.openDirectory("tmp"), RESULT));
    }

    @Test
    void renumberingMovesADescriptorOverAnOpenOne() {
        Program program = new Program();
        int file = program.create("tmp/x");
        Program.succeed(program.call("fd_renumber", file, 1));
        Program.succeed(program.write(1, "into the file"));
        assertEquals("into the file", program.readFile("tmp/x"));
        assertEquals(0, program.process.output().length);
        assertEquals(Errno.BADF, program.call("fd_close", file));
        assertEquals(Errno.BADF, program.call("fd_renumber", 1, file));
        Program.succeed(program.call("fd_renumber", 1, 1));
    }

    @Test
    void aPollTellsWhatIsReadyAndSleepsOnlyForTime() {
        WasiConfig config = WasiConfig.of("p", PackageFiles.none());
        Program program = new Program(config, WasiState.initial(config.files()), "abc");
        subscribe(program, 0, Abi.EVENT_CLOCK, Abi.CLOCK_MONOTONIC, Long.MIN_VALUE);
        subscribe(program, 1, Abi.EVENT_FD_READ, 0, 0);
        subscribe(program, 2, Abi.EVENT_FD_WRITE, 77, 0);
        Program.succeed(program.call("poll_oneoff", DATA, 0x8000, 3, RESULT));
        assertEquals(2, program.result(), "the time is not awaited when something is ready");
        assertEquals(1, program.memory.int64(0x8000));
        assertEquals(Abi.EVENT_FD_READ, program.memory.int8(0x800a));
        assertEquals(3, program.memory.int64(0x8010));
        assertEquals(2, program.memory.int64(0x8020));
        assertEquals(Errno.BADF, program.memory.int16(0x8028));
        subscribe(program, 0, Abi.EVENT_CLOCK, Abi.CLOCK_REALTIME, 2_000_000);
        subscribe(program, 1, Abi.EVENT_CLOCK, Abi.CLOCK_MONOTONIC, Long.MAX_VALUE);
        long before = time(program, Abi.CLOCK_MONOTONIC);
        Program.succeed(program.call("poll_oneoff", DATA, 0x8000, 2, RESULT));
        assertEquals(1, program.result());
        assertTrue(time(program, Abi.CLOCK_MONOTONIC) - before >= 2_000_000);
        assertEquals(0, program.memory.int64(0x8000));
        assertEquals(Errno.INVAL, program.call("poll_oneoff", DATA, 0x8000, 0, RESULT));
    }

    private static void subscribe(Program program, int index, int type, int what, long timeout) {
        int at = DATA + index * 48;
        program.memory.putInt64(at, index);
        program.memory.putInt8(at + 8, (byte) type);
        program.memory.putInt32(at + 16, what);
        program.memory.putInt64(at + 24, timeout);
        program.memory.putInt16(at + 40, (short) 0);
    }

    @Test
    void theDeadlineEndsASleep() {
        WasiConfig config = WasiConfig.of("p", PackageFiles.none());
        Program program = new Program(config);
        subscribe(program, 0, Abi.EVENT_CLOCK, Abi.CLOCK_MONOTONIC, Long.MAX_VALUE);
        Thread.currentThread().interrupt();
        assertThrows(WasmLimitException.class, () -> program.call("poll_oneoff", DATA, 0x8000, 1, RESULT));
        assertTrue(Thread.interrupted(), "the interruption is left to whoever set it");
    }

    /** Every function with addresses and lengths at and over the memory's end, and with whatever else comes to mind. */
    @Test
    void noArgumentsMakeAHostException() {
        Random random = new Random(1);
        long[] interesting = {0, 1, 2, 3, 4, 5, 8, 16, 0x40, 0x1000, DATA, Program.MEMORY - 1, Program.MEMORY, Program.MEMORY + 1, 0x7fff_ffff,
            0x8000_0000L, 0xffff_fff0L, 0xffff_ffffL, -1, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE - 4095, 1L << 27, 1L << 62};
        WasiLimits small = new WasiLimits(64, 64, 1 << 20, 1 << 20);
        PackageFiles files = new PackageFiles.Builder().file(List.of("a"), "text").link(List.of("l"), "tmp/x").build();
        Program program = new Program(Program.config(files, small));
        for (int round = 0; round < 60_000; round++) {
            if (round % 500 == 0) {
                program = new Program(Program.config(files, small));
                random.ints(256).forEach(new Filler(program));
            }
            HostFunction<WasiProcess> function = WasiFunctions.all().get(random.nextInt(46));
            long[] arguments = new long[function.parameters().size()];
            for (int i = 0; i < arguments.length; i++) {
                arguments[i] = random.nextInt(8) == 0 ? random.nextLong() : interesting[random.nextInt(interesting.length)];
            }
            if (random.nextInt(4) == 0 && function.name().startsWith("path") && arguments.length > 3) {
                program.put(0x40, List.of("tmp/x", "tmp/y", "a", "l", "tmp", "tmp/../tmp/x/").get(random.nextInt(6)));
                arguments[function.name().equals("path_open") ? 2 : 1] = 0x40;
                arguments[function.name().equals("path_open") ? 3 : 2] = random.nextInt(1, 14);
            }
            if (function.name().equals("poll_oneoff")) {
                // no sleep is waited for
                Thread.currentThread().interrupt();
            }
            try {
                int errno = program.call(function.name(), arguments);
                assertFalse(errno < 0 || errno > 76, function.name() + " returned " + errno);
            } catch (WasmExit | WasmLimitException ended) {
                program = new Program(Program.config(files, small));
            } finally {
                Thread.interrupted();
            }
        }
    }

    private record Filler(Program program) implements java.util.function.IntConsumer {
        @Override
        public void accept(int value) {
            program.memory.putInt32((value & 0xfff) * 4, value >>> 20);
        }
    }
}
