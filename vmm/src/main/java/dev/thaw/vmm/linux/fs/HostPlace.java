package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.host.HostStat;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import java.util.Optional;

/** A file of the host: a mount, and the relative path inside it ({@code ""} for the mount itself). */
record HostPlace(HostTree tree, String path) {
    /** PATH_MAX of limits.h. */
    private static final int LONGEST = 4095;

    /** @throws GuestError ENAMETOOLONG where the host could not be asked */
    HostPlace child(String name) {
        HostPlace child = unchecked(name);
        if (child.path.length() > LONGEST) {
            throw new GuestError(Errno.ENAMETOOLONG);
        }
        return child;
    }

    HostPlace unchecked(String name) {
        return new HostPlace(tree, HostTree.child(path, name));
    }

    Optional<HostStat> stat() {
        return tree.stat(path);
    }

    String hostPath() {
        return tree.hostPath(path);
    }
}
