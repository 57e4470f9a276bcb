package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Task;

/** A name in the tree for what is elsewhere: a FIFO, or the address of an AF_UNIX socket. The inode's id is the key there. */
final class NodeInode extends Inode {
    NodeInode(FileSystem fileSystem, int id, InodeFacts facts) {
        super(fileSystem, id, facts);
    }

    @Override
    FileDescription open(Task task, int flags) {
        if (type() != Stat.S_IFIFO) {
            throw new GuestError(Errno.ENXIO);
        }
        return task.kernel().network().eventObjects().openFifo(id(), flags);
    }
}
