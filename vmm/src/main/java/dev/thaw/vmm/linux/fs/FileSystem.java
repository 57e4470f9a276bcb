package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.mm.MappingSource;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.List;

/** The guest's file system: host folders below, an in-memory layer above, /proc and /dev beside. */
public final class FileSystem {
    public FileSystem(Kernel kernel, List<Mount> mounts) {}

    /**
     * Resolves a path for execution, following links.
     *
     * @throws GuestError as execve(2): ENOENT, EACCES (no regular file, not executable), ELOOP, ENOTDIR
     */
    public MappingSource executable(String path) {
        throw new GuestError(Errno.ENOENT);
    }

    /** Sets the working directory. @throws GuestError ENOENT, ENOTDIR */
    public void setWorkingDirectory(String path) {}

    /** Opens descriptors 0, 1 and 2 on the streams of the VM's configuration. */
    public void openStandardStreams() {}

    /** The inode that saved state knows by this id. */
    public MappingSource source(int stateId) {
        throw new GuestError(Errno.ENOENT);
    }

    public void save(StateWriter out) {}

    public void load(StateReader in) {}
}
