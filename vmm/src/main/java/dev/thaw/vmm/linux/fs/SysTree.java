package dev.thaw.vmm.linux.fs;

/** /sys: how many processors there are, and nothing else. */
final class SysTree {
    private final ComputedTree tree;

    SysTree(FileSystem fileSystem) {
        tree = new ComputedTree(fileSystem);
    }

    DirectoryInode build() {
        ComputedDirectory sys = tree.directory();
        sys.fillWhenNeeded(this::fill);
        return sys;
    }

    private void fill(ComputedDirectory sys) {
        ComputedDirectory cpu = tree.directory(tree.directory(tree.directory(sys, "devices"), "system"), "cpu");
        for (String name : new String[] {"online", "possible", "present"}) {
            cpu.put(name, tree.file("0\n"));
        }
        cpu.put("offline", tree.file("\n"));
        cpu.put("kernel_max", tree.file("0\n"));
        tree.directory(cpu, "cpu0");
        tree.directory(tree.directory(sys, "fs"), "cgroup");
        ComputedDirectory huge = tree.directory(tree.directory(tree.directory(sys, "kernel"), "mm"), "transparent_hugepage");
        huge.put("enabled", tree.file("always madvise [never]\n"));
    }
}
