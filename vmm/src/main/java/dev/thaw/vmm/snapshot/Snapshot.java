package dev.thaw.vmm.snapshot;

import java.nio.file.Path;

/** A snapshot opened for thawing: its memory image and its monitor state, checked once. Shared by all VMs thawed from it. */
public final class Snapshot implements AutoCloseable {
    private Snapshot() {}

    /**
     * Opens what {@link dev.thaw.vmm.Machine#freeze} wrote and checks it.
     *
     * @throws BadSnapshotException torn, another format version, other processor features, or the host files it maps changed
     */
    public static Snapshot open(Path folder) {
        throw new IllegalStateException();
    }

    @Override
    public void close() {}
}
