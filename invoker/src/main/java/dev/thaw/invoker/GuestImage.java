package dev.thaw.invoker;

import dev.thaw.vmm.Program;
import dev.thaw.vmm.linux.fs.Mount;
import dev.thaw.vmm.linux.net.EgressPolicy;
import java.util.List;

/**
 * What a function's VM is booted from.
 *
 * @param mounts the host's folders that it sees
 * @param egress what it may reach outside
 * @param fingerprint changes when anything does that a snapshot of it depends on
 */
record GuestImage(List<Mount> mounts, Program program, EgressPolicy egress, String fingerprint) {
    GuestImage {
        mounts = List.copyOf(mounts);
    }
}
