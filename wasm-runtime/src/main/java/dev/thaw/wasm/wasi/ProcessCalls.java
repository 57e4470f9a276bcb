package dev.thaw.wasm.wasi;

import dev.thaw.wasm.WasmExit;
import dev.thaw.wasm.WasmMemory;
import java.util.List;

/** Arguments, environment, exit, signals and random bytes. */
final class ProcessCalls {
    private static final int SIGNAL_CHLD = 16;
    private static final int SIGNAL_CONT = 17;
    private static final int SIGNAL_STOP = 18;
    private static final int SIGNAL_TTOU = 21;
    private static final int SIGNAL_URG = 22;
    private static final int SIGNAL_WINCH = 27;
    private static final int SIGNAL_LAST = 30;
    /** Drawn between two looks at the deadline, bytes: the generator takes milliseconds for much more while its code is cold. */
    private static final int RANDOM_PART = 1 << 12;

    private ProcessCalls() {}

    static int argsGet(Call call) {
        return strings(call, call.process().arguments());
    }

    static int argsSizesGet(Call call) {
        return sizes(call, call.process().arguments());
    }

    static int environGet(Call call) {
        return strings(call, call.process().environment());
    }

    static int environSizesGet(Call call) {
        return sizes(call, call.process().environment());
    }

    private static int strings(Call call, List<byte[]> strings) {
        long pointers = call.u32(0);
        long bytes = call.u32(1);
        call.guest().check(pointers, 4L * strings.size());
        call.guest().check(bytes, total(strings));
        for (byte[] string : strings) {
            call.guest().putU32(pointers, bytes);
            call.guest().put(bytes, string);
            pointers += 4;
            bytes += string.length;
        }
        return Errno.SUCCESS;
    }

    private static int sizes(Call call, List<byte[]> strings) {
        call.guest().check(call.u32(1), 4);
        call.guest().putU32(call.u32(0), strings.size());
        call.guest().putU32(call.u32(1), total(strings));
        return Errno.SUCCESS;
    }

    private static int total(List<byte[]> strings) {
        return strings.stream().mapToInt(string -> string.length).sum();
    }

    static long exit(WasiProcess process, WasmMemory memory, long[] arguments) {
        throw new WasmExit((int) arguments[0]);
    }

    /**
     * What the signal does to a process that handles none: nothing, or its end; the exit code tells which, as shells have it. A module
     * cannot be stopped to be continued. The numbers are preview 1's own.
     */
    static int raise(Call call) {
        int signal = (int) Math.min(call.u32(0), SIGNAL_LAST + 1);
        return switch (signal) {
            case 0, SIGNAL_CHLD, SIGNAL_CONT, SIGNAL_URG, SIGNAL_WINCH -> Errno.SUCCESS;
            case SIGNAL_LAST + 1 -> Errno.INVAL;
            default -> {
                if (signal >= SIGNAL_STOP && signal <= SIGNAL_TTOU) {
                    yield Errno.NOTSUP;
                }
                throw new WasmExit(128 + signal);
            }
        };
    }

    static int randomGet(Call call) {
        long address = call.u32(0);
        long length = call.u32(1);
        call.guest().check(address, length);
        while (length > 0) {
            byte[] part = new byte[(int) Math.min(length, RANDOM_PART)];
            call.process().config.sources().random().accept(part);
            call.guest().put(address, part);
            address += part.length;
            length -= part.length;
            call.process().checkDeadline();
        }
        return Errno.SUCCESS;
    }
}
