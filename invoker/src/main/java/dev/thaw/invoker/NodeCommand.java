package dev.thaw.invoker;

import java.util.List;
import java.util.Map;

/** How Node.js is started for a function: for one request at a time in little memory, and for a snapshot that is small. */
final class NodeCommand {
    /** Of a VM's memory, what is left beside V8's old generation: code, buffers, young generation, the program itself. */
    private static final int BESIDE_HEAP_MB = 96;
    private static final int LEAST_HEAP_MB = 24;

    /** The thread pool of libuv, for files and DNS: as many as one processor keeps busy. */
    static final Map<String, String> ENVIRONMENT = Map.of("UV_THREADPOOL_SIZE", "2");

    private NodeCommand() {}

    /** @param bootstrap our runtime's first file, as the guest sees it */
    static List<String> of(String node, FunctionManifest manifest, String bootstrap) {
        int heap = Math.max(LEAST_HEAP_MB, Math.max(manifest.memoryMb() - BESIDE_HEAP_MB, manifest.memoryMb() / 2));
        return List.of(node, "--max-old-space-size=" + heap, "--max-semi-space-size=4", "--expose-gc", "--no-flush-bytecode",
                bootstrap);
    }
}
