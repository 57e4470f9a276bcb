package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Task;

/** What /proc/self/fd/N leads to where the description is of no file: opening it gives the same description again. */
final class DescriptionInode extends Inode {
    private final FileDescription description;

    DescriptionInode(FileSystem fileSystem, FileDescription description) {
        super(fileSystem, FileSystem.NO_ID, InodeFacts.computed(0, description.stat().mode(), 0));
        this.description = description;
    }

    @Override
    Stat stat() {
        return description.stat();
    }

    @Override
    FileDescription open(Task task, int flags) {
        return description;
    }
}
