package dev.thaw.wasm;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;

/** The smallest host: {@code env.read(ptr, len) -> n}, {@code env.write(ptr, len)}, {@code env.exit(code)}. */
final class PipeHost implements Host<PipeHost.State> {
    static final class State implements HostCall {
        private final byte[] input;
        private int read;
        private final ByteArrayOutputStream output = new ByteArrayOutputStream();

        State(byte[] input) {
            this.input = input;
        }

        @Override
        public byte[] output() {
            return output.toByteArray();
        }
    }

    @Override
    public List<HostFunction<State>> functions() {
        var i32 = HostFunction.ValueType.I32;
        return List.of(
                new HostFunction<>("env", "read", List.of(i32, i32), Optional.of(i32), (state, memory, arguments) -> {
                    int count = Math.min((int) arguments[1], state.input.length - state.read);
                    memory.put((int) arguments[0], state.input, state.read, count);
                    state.read += count;
                    return count;
                }),
                new HostFunction<>("env", "write", List.of(i32, i32), Optional.empty(), (state, memory, arguments) -> {
                    if (!memory.contains((int) arguments[0], arguments[1] & 0xffff_ffffL)) {
                        throw new WasmTrap("written from outside");
                    }
                    state.output.writeBytes(memory.bytes((int) arguments[0], (int) arguments[1]));
                    return 0;
                }),
                new HostFunction<>("env", "exit", List.of(i32), Optional.empty(), (state, memory, arguments) -> {
                    throw new WasmExit((int) arguments[0]);
                }));
    }

    @Override
    public State open(WasmCall call) {
        return new State(call.input());
    }
}
