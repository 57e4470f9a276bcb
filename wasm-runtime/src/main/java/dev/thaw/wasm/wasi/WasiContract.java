package dev.thaw.wasm.wasi;

import dev.thaw.wasm.Contract;
import dev.thaw.wasm.HostCall;
import dev.thaw.wasm.InvalidModuleException;
import dev.thaw.wasm.WasmCall;
import dev.thaw.wasm.WasmCode;
import dev.thaw.wasm.WasmInstance;
import dev.thaw.wasm.WasmTrap;
import java.util.List;
import java.util.Optional;

/**
 * How a WASI module is a function. Which of the two kinds it is shows in its exports.
 *
 * <p>A <b>command</b> exports {@code _start: () -> ()}, as every program with a {@code main} does. It reads the event from standard input
 * and writes the response to standard output. Its image is the instantiated module: all of it runs for each request.
 *
 * <p>A <b>reactor</b> exports
 * <ul>
 * <li>{@code handle: (ptr: i32, len: i32) -> i64}: given the event's address and length, it returns those of the response, the address
 *     in the upper 32 bits and the length in the lower;</li>
 * <li>a function that gives memory for the event: {@code alloc: (len: i32) -> i32}, or else {@code malloc} of that type, or else
 *     {@code cabi_realloc: (old: i32, oldLen: i32, align: i32, len: i32) -> i32}. It is called once before {@code handle}, not at all for
 *     an empty event, whose address is 0. Nothing is freed: the instance ends with the request.</li>
 * <li>if it wants, {@code _initialize: () -> ()}, as compilers give reactors: it is called once, before the image is taken.</li>
 * </ul>
 * Its standard input is empty, and what it writes to standard output goes where standard error goes.
 *
 * <p>Either may export {@code wizer.initialize: () -> ()} (or {@code wizer-initialize}), what the pre-initialiser Wizer calls: it is
 * called once, after {@code _initialize}, and the image is taken where it returns. A command that also exports {@code wizer.resume} goes
 * on there instead of in {@code _start}, as with Wizer.
 */
public final class WasiContract implements Contract {
    private static final String START = "_start";
    private static final String RESUME = "wizer.resume";
    private static final String HANDLE = "handle";
    private static final String INITIALIZE = "_initialize";
    private static final List<String> WIZER = List.of("wizer.initialize", "wizer-initialize");
    private static final List<String> ALLOCATORS = List.of("alloc", "malloc");
    private static final String REALLOC = "cabi_realloc";
    private static final String NOTHING = "() -> ()";
    /** What {@code malloc} promises; enough for whatever a handler takes the event for. */
    private static final int ALIGNMENT = 16;

    @Override
    public void check(WasmCode code) throws InvalidModuleException {
        for (String name : List.of(START, RESUME, INITIALIZE, WIZER.get(0), WIZER.get(1))) {
            type(code, name, NOTHING);
        }
        boolean command = code.signature(START).isPresent();
        boolean reactor = code.signature(HANDLE).isPresent();
        if (!command && !reactor) {
            throw new InvalidModuleException("the module exports neither _start (a program that reads the event from standard input and "
                    + "writes the response to standard output) nor handle (a reactor); build it as a command, or export handle");
        }
        if (command) {
            return;
        }
        type(code, HANDLE, "(i32, i32) -> (i64)");
        for (String name : ALLOCATORS) {
            type(code, name, "(i32) -> (i32)");
        }
        type(code, REALLOC, "(i32, i32, i32, i32) -> (i32)");
        if (ALLOCATORS.stream().noneMatch(name -> code.signature(name).isPresent()) && code.signature(REALLOC).isEmpty()) {
            throw new InvalidModuleException("the module exports handle but nothing that gives memory for the event: "
                    + "export alloc (or malloc) of type (i32) -> (i32)");
        }
    }

    private static void type(WasmCode code, String name, String type) throws InvalidModuleException {
        Optional<String> actual = code.signature(name);
        if (actual.isPresent() && !actual.get().equals(type)) {
            throw new InvalidModuleException("the module's export " + name + " must be of type " + type + ", not " + actual.get());
        }
    }

    @Override
    public void initialise(WasmInstance instance) {
        if (!instance.exports(START) && instance.exports(INITIALIZE)) {
            instance.call(INITIALIZE);
        }
        WIZER.stream().filter(instance::exports).findFirst().ifPresent(instance::call);
    }

    @Override
    public byte[] answer(WasmInstance instance, HostCall host, WasmCall call) {
        if (!instance.exports(START)) {
            return handle(instance, host, call.input());
        }
        boolean resumes = instance.exports(RESUME) && WIZER.stream().anyMatch(instance::exports);
        instance.call(resumes ? RESUME : START);
        return host.output();
    }

    private static byte[] handle(WasmInstance instance, HostCall host, byte[] event) {
        if (host instanceof WasiProcess process) {
            process.respondByReturning();
        }
        int address = 0;
        if (event.length > 0) {
            address = allocate(instance, event.length);
            if (!instance.memory().contains(address, event.length)) {
                throw new WasmTrap("the module's allocation of " + event.length + " bytes for the event lies outside its memory");
            }
            instance.memory().put(address, event, 0, event.length);
        }
        long response = instance.call(HANDLE, address, event.length)[0];
        int at = (int) (response >>> 32);
        long length = response & 0xffff_ffffL;
        if (!instance.memory().contains(at, length)) {
            throw new WasmTrap("handle returned a response outside the module's memory: " + length + " bytes at " + (response >>> 32));
        }
        if (host instanceof WasiProcess process) {
            process.checkResponse(length);
        }
        return instance.memory().bytes(at, (int) length);
    }

    private static int allocate(WasmInstance instance, int length) {
        for (String name : ALLOCATORS) {
            if (instance.exports(name)) {
                return (int) instance.call(name, length)[0];
            }
        }
        return (int) instance.call(REALLOC, 0, 0, ALIGNMENT, length)[0];
    }
}
