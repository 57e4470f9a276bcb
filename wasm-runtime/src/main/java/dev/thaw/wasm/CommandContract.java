package dev.thaw.wasm;

import java.util.Optional;

/** A command: {@code _start} reads the event from standard input and writes the response to standard output. Its image is what was instantiated. */
public final class CommandContract implements Contract {
    @Override
    public void check(WasmCode code) throws InvalidModuleException {
        if (!code.signature("_start").equals(Optional.of("() -> ()"))) {
            throw new InvalidModuleException("a command exports a function _start without parameters and results; this module does not");
        }
    }

    @Override
    public void initialise(WasmInstance instance) {
        // a command is initialised by _start itself
    }

    @Override
    public byte[] answer(WasmInstance instance, HostCall host, WasmCall call) {
        instance.call("_start");
        return host.output();
    }
}
