package dev.thaw.invoker;

/** What an instance of a function is. */
public enum Sandbox {
    /** A KVM microVM that stands at the function's snapshot. */
    MICRO_VM,
    /** A WebAssembly instance over the module's pre-initialised image, inside the invoker's process. */
    WASM
}
