package dev.thaw.wasm;

import java.util.List;
import java.util.Optional;

/**
 * A function that a module may import. It is linked once into an instance; the state of the request that the instance serves
 * is handed to it at each call.
 *
 * @param <S>    the state of a request
 * @param module import module name, e.g. {@code wasi_snapshot_preview1}
 * @param name   import name
 */
public record HostFunction<S extends HostCall>(
        String module, String name, List<ValueType> parameters, Optional<ValueType> result, Body<S> body) {
    public HostFunction {
        parameters = List.copyOf(parameters);
    }

    /** The numbers that pass between module and host. */
    public enum ValueType { I32, I64, F32, F64 }

    /** What it does. */
    @FunctionalInterface
    public interface Body<S extends HostCall> {
        /**
         * Runs on the module's thread. Must not wait longer than the request's deadline: the deadline interrupts the thread.
         *
         * @param memory    the instance's first memory; empty (size 0) when the module has none
         * @param arguments one a parameter; an i32 in the low half (the high half is not defined), floats as raw bits
         * @return the result, an i32 as any long whose low half it is; ignored when there is none
         * @throws WasmExit           to end the module
         * @throws WasmTrap           to trap
         * @throws WasmLimitException to end it by a limit
         */
        long call(S state, WasmMemory memory, long[] arguments);
    }
}
