package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.host.HostFd;
import dev.thaw.vmm.linux.Errno;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The VM's open descriptors of regular host files, one a file however often the guest opened it. Bounded: the one not used for
 * longest is closed and opened again when it is next read, except where it could not be found again.
 */
final class OpenHostFiles implements AutoCloseable {
    /** Soft bound: files that can be reopened are closed beyond it. */
    private static final int KEPT = 96;
    /** Hard bound on unlinked files of volumes, which have to stay open. */
    private static final int PINNED = 4096;

    private final LinkedHashMap<Object, Integer> open = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Object, Integer> pinned = new LinkedHashMap<>();

    /** The owner's descriptor, or -1 when it has none at the moment. */
    int find(Object owner) {
        Integer fd = pinned.get(owner);
        if (fd == null) {
            fd = open.get(owner);
        }
        return fd == null ? -1 : fd;
    }

    /** Takes over a descriptor, in place of one the owner had. */
    void put(Object owner, int fd) {
        close(owner);
        open.put(owner, fd);
        if (open.size() > KEPT) {
            Map.Entry<Object, Integer> eldest = open.entrySet().iterator().next();
            open.remove(eldest.getKey());
            HostFd.close(eldest.getValue());
        }
    }

    /** The owner's descriptor must stay open from now on; ENFILE when there are too many such. */
    int pin(Object owner) {
        if (pinned.size() >= PINNED) {
            return -Errno.ENFILE;
        }
        Integer fd = open.remove(owner);
        if (fd != null) {
            pinned.put(owner, fd);
        }
        return 0;
    }

    void close(Object owner) {
        Integer fd = open.remove(owner);
        Integer kept = pinned.remove(owner);
        if (fd != null) {
            HostFd.close(fd);
        }
        if (kept != null) {
            HostFd.close(kept);
        }
    }

    @Override
    public void close() {
        List<Object> owners = new ArrayList<>(open.keySet());
        owners.addAll(pinned.keySet());
        owners.forEach(this::close);
    }
}
