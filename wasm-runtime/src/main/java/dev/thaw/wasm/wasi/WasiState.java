package dev.thaw.wasm.wasi;

import java.util.SortedMap;

/**
 * The WASI side of an image: files, open descriptors and the monotonic clock as they were when initialisation had ended. Immutable,
 * shared by instances.
 */
public final class WasiState {
    final FileTree.Frozen files;
    /** Never changed; instances take copies. */
    final SortedMap<Integer, Descriptor> descriptors;
    final long monotonic;

    WasiState(FileTree.Frozen files, SortedMap<Integer, Descriptor> descriptors, long monotonic) {
        this.files = files;
        this.descriptors = descriptors;
        this.monotonic = monotonic;
    }

    static WasiState initial(PackageFiles pack) {
        return new WasiState(FileTree.Frozen.of(pack), Descriptors.standard(), 0);
    }
}
