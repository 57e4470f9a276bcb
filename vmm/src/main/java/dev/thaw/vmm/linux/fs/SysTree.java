package dev.thaw.vmm.linux.fs;

/** /sys. */
final class SysTree {
    private final FileSystem fileSystem;

    SysTree(FileSystem fileSystem) {
        this.fileSystem = fileSystem;
    }

    DirectoryInode build() {
        return new ComputedDirectory(fileSystem, InodeFacts.computed(1, Stat.S_IFDIR | 0555, fileSystem.bootTime()));
    }
}
