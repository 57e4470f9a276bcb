package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Task;

/** A character device of /dev. */
final class DeviceInode extends Inode {
    private final DeviceKind kind;

    DeviceInode(FileSystem fileSystem, int id, InodeFacts facts, DeviceKind kind) {
        super(fileSystem, id, facts);
        this.kind = kind;
    }

    DeviceKind kind() {
        return kind;
    }

    @Override
    long rdev() {
        return kind.number();
    }

    @Override
    FileDescription open(Task task, int flags) {
        if (kind == DeviceKind.TTY) {
            throw new GuestError(Errno.ENXIO);
        }
        return new DeviceHandle(this, flags);
    }
}
