package dev.thaw.wasm;

/**
 * How a module's image is prepared and run.
 *
 * @param memoryPages   pages of 64 KiB that an instance's memories may have together, 1 to {@value #MAX_MEMORY_PAGES}
 * @param tableElements elements that its tables may have together, 0 to {@value #MAX_TABLE_ELEMENTS}
 * @param host          what it may import
 * @param contract      how it is called
 * @param workers       the threads that it runs on; theirs is the limit of the stack
 */
public record WasmConfig(int memoryPages, int tableElements, Host<?> host, Contract contract, WasmWorkers workers) {
    /** 1 GiB: an address then never is a negative int plus offset that wraps. */
    public static final int MAX_MEMORY_PAGES = 16_384;
    /** Four million references. */
    public static final int MAX_TABLE_ELEMENTS = 1 << 22;

    public WasmConfig {
        if (memoryPages < 1 || memoryPages > MAX_MEMORY_PAGES) {
            throw new IllegalArgumentException("memoryPages must be 1 to " + MAX_MEMORY_PAGES + ", not " + memoryPages);
        }
        if (tableElements < 0 || tableElements > MAX_TABLE_ELEMENTS) {
            throw new IllegalArgumentException("tableElements must be 0 to " + MAX_TABLE_ELEMENTS + ", not " + tableElements);
        }
    }

    /** The same with another host. */
    WasmConfig with(Host<?> other) {
        return new WasmConfig(memoryPages, tableElements, other, contract, workers);
    }
}
