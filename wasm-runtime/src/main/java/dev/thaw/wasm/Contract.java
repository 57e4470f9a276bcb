package dev.thaw.wasm;

/** How a request becomes calls of a module's exports, and a module's first moments become its image. Immutable. */
public interface Contract {
    /** @throws InvalidModuleException naming the export that is missing or of another type */
    void check(WasmCode code) throws InvalidModuleException;

    /** Runs before the image is captured, in the instance that becomes it; the start function ran already. */
    void initialise(WasmInstance instance);

    /** Serves one request and returns the response. */
    byte[] answer(WasmInstance instance, HostCall host, WasmCall call);
}
