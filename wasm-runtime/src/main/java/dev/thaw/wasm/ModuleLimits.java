package dev.thaw.wasm;

/** What a module may be made of, so that reading and compiling it stays within bounds. Beyond what toolchains emit. */
final class ModuleLimits {
    /** Bytes of a module. */
    static final int MODULE_BYTES = 64 << 20;

    private ModuleLimits() {
    }
}
