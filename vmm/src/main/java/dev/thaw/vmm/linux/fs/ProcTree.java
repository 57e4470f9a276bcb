package dev.thaw.vmm.linux.fs;

/** /proc. */
final class ProcTree {
    private final FileSystem fileSystem;

    ProcTree(FileSystem fileSystem) {
        this.fileSystem = fileSystem;
    }

    DirectoryInode build() {
        return new ComputedDirectory(fileSystem, InodeFacts.computed(1, Stat.S_IFDIR | 0555, fileSystem.bootTime()));
    }
}
