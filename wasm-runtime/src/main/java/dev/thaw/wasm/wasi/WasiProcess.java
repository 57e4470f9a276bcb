package dev.thaw.wasm.wasi;

import dev.thaw.wasm.HostCall;
import dev.thaw.wasm.WasmCall;
import dev.thaw.wasm.WasmLimitException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The WASI side of one instance, from its image on. Used by the thread that runs the instance. */
public final class WasiProcess implements HostCall {
    private static final int SCRATCH = 1 << 15;

    final WasiConfig config;
    final Clocks clocks;
    final FileTree files;
    final Descriptors descriptors;
    private final WasmCall call;
    /** A reactor's: its response is what it returns, and it has no standard input. */
    private boolean reactor;
    private int inputRead;
    private byte[] output = new byte[0];
    private int outputSize;
    private byte[] scratch = new byte[0];

    WasiProcess(WasiConfig config, WasiState initial, WasmCall call) {
        this.config = config;
        this.call = call;
        clocks = new Clocks(config.sources().realtime(), config.sources().nanoTime(), initial.monotonic);
        files = new FileTree(initial.files, config.limits(), clocks::realtime);
        descriptors = new Descriptors(initial.descriptors, files, config.limits().descriptors());
    }

    @Override
    public byte[] output() {
        return Arrays.copyOf(output, outputSize);
    }

    /** The state that this instance has reached, for an image. It must not run any more. */
    public WasiState freeze() {
        return new WasiState(files.freeze(), descriptors.copies(), clocks.monotonic());
    }

    /** From now on standard input is empty, and standard output goes where standard error goes. */
    void respondByReturning() {
        reactor = true;
    }

    /** Ends the module if a response of so many bytes is too large. */
    void checkResponse(long length) {
        if (length > config.limits().outputBytes()) {
            throw new WasmLimitException("output");
        }
    }

    List<byte[]> arguments() {
        return config.arguments().stream().map(Utf8::terminated).toList();
    }

    /** Sorted by name: nothing depends on a map's order. */
    List<byte[]> environment() {
        List<byte[]> all = new ArrayList<>();
        config.environment().entrySet().stream().sorted(java.util.Map.Entry.comparingByKey())
                .forEach(entry -> all.add(Utf8.terminated(entry.getKey() + "=" + entry.getValue())));
        return all;
    }

    int inputLeft() {
        return reactor ? 0 : call.input().length - inputRead;
    }

    /** Reads standard input into the module's memory; returns how much, 0 at its end. */
    int readInput(Guest guest, long address, long length) {
        int count = (int) Math.min(length, inputLeft());
        guest.put(address, call.input(), inputRead, count);
        inputRead += count;
        return count;
    }

    /** Adds to the response from the module's memory; all of it, or the module is ended. */
    private void respond(Guest guest, long address, long length) {
        if (length > config.limits().outputBytes() - outputSize) {
            throw new WasmLimitException("output");
        }
        int count = (int) length;
        if (count > output.length - outputSize) {
            output = Arrays.copyOf(output, Math.max(outputSize + count, (int) Math.min(2L * outputSize + 1024, Integer.MAX_VALUE - 8)));
        }
        guest.read(address, output, outputSize, count);
        outputSize += count;
    }

    private void log(Guest guest, long address, long length) {
        byte[] part = scratch();
        for (long done = 0; done < length; ) {
            int count = (int) Math.min(part.length, length - done);
            guest.read(address + done, part, 0, count);
            try {
                call.log().write(part, 0, count);
            } catch (IOException unwritable) {
                throw new WasiError(Errno.IO);
            }
            done += count;
            checkDeadline();
        }
    }

    /** Writes to standard output or standard error from the module's memory; all of it, or the module is ended. */
    void write(Descriptor.Stream.Kind kind, Guest guest, long address, long length) {
        if (kind == Descriptor.Stream.Kind.ERROR || reactor) {
            log(guest, address, length);
        } else {
            respond(guest, address, length);
        }
    }

    /** A buffer between the module's memory and files; what is in it is of no meaning between calls. */
    byte[] scratch() {
        if (scratch.length == 0) {
            scratch = new byte[SCRATCH];
        }
        return scratch;
    }

    /** To be asked now and then by a call that takes long: ends the module when its deadline has come. */
    void checkDeadline() {
        if (Thread.currentThread().isInterrupted()) {
            throw new WasmLimitException("time");
        }
    }
}
