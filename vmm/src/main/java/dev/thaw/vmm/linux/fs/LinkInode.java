package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Task;

/** A symbolic link: of the in-memory layer or of the host, always read as a path of the guest's. */
final class LinkInode extends Inode {
    private final String text;

    LinkInode(FileSystem fileSystem, int id, InodeFacts facts, String text) {
        super(fileSystem, id, facts);
        this.text = text;
        facts.size = text.length();
    }

    String text() {
        return text;
    }

    @Override
    FileDescription open(Task task, int flags) {
        throw new GuestError(Errno.ELOOP);
    }
}
