package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Kernel;
import java.util.Locale;

/** /sys: the VM's processors, its one memory node, and the limits as a cgroup of version 2. */
final class SysTree {
    private static final long PERIOD_MICROS = 100_000;

    private final Kernel kernel;
    private final CpuSet cpus;
    private final ComputedTree tree;

    SysTree(FileSystem fileSystem) {
        kernel = fileSystem.kernel();
        cpus = new CpuSet(kernel.config().cpus());
        tree = new ComputedTree(fileSystem);
    }

    DirectoryInode build() {
        ComputedDirectory sys = tree.directory();
        sys.fillWhenNeeded(this::fill);
        return sys;
    }

    private void fill(ComputedDirectory sys) {
        ComputedDirectory system = tree.directory(tree.directory(sys, "devices"), "system");
        processors(tree.directory(system, "cpu"));
        nodes(tree.directory(system, "node"));
        ComputedDirectory cgroup = tree.cgroupDirectory();
        tree.directory(sys, "fs").put("cgroup", cgroup);
        cgroup(cgroup);
        ComputedDirectory mm = tree.directory(tree.directory(sys, "kernel"), "mm");
        ComputedDirectory huge = tree.directory(mm, "transparent_hugepage");
        text(huge, "enabled", "always madvise [never]");
        text(huge, "defrag", "always defer defer+madvise madvise [never]");
        text(huge, "shmem_enabled", "always within_size advise [never] deny force");
        text(huge, "hpage_pmd_size", "2097152");
        text(huge, "use_zero_page", "0");
        tree.directory(mm, "hugepages");
    }

    private void text(ComputedDirectory directory, String name, String line) {
        directory.put(name, tree.file(line + "\n"));
    }

    /** Documentation/admin-guide/cputopology.rst of Linux: one package, each processor a core. */
    private void processors(ComputedDirectory cpu) {
        for (String name : new String[] {"online", "possible", "present"}) {
            text(cpu, name, cpus.list());
        }
        text(cpu, "offline", "");
        text(cpu, "isolated", "");
        text(cpu, "kernel_max", "63");
        for (int i = 0; i < cpus.count(); i++) {
            ComputedDirectory one = tree.directory(cpu, "cpu" + i);
            if (i > 0) {
                text(one, "online", "1");
            }
            ComputedDirectory topology = tree.directory(one, "topology");
            text(topology, "physical_package_id", "0");
            text(topology, "die_id", "0");
            text(topology, "core_id", String.valueOf(i));
            for (String name : new String[] {"thread_siblings", "core_cpus"}) {
                text(topology, name, cpus.maskOf(i));
                text(topology, name + "_list", String.valueOf(i));
            }
            for (String name : new String[] {"core_siblings", "package_cpus", "die_cpus"}) {
                text(topology, name, cpus.mask());
                text(topology, name + "_list", cpus.list());
            }
        }
    }

    private void nodes(ComputedDirectory node) {
        for (String name : new String[] {"online", "possible", "has_cpu", "has_memory", "has_normal_memory"}) {
            text(node, name, "0");
        }
        ComputedDirectory only = tree.directory(node, "node0");
        text(only, "cpulist", cpus.list());
        text(only, "cpumap", cpus.mask());
        text(only, "distance", "10");
        only.put("meminfo", tree.file(_ -> String.format(Locale.ROOT,
                "Node 0 MemTotal:%15d kB\nNode 0 MemFree:%16d kB\nNode 0 MemUsed:%16d kB\n",
                kernel.space().memoryLimit() / 1024, kernel.memory().available() * 4, kernel.memory().inUse() / 1024)));
    }

    /** Documentation/admin-guide/cgroup-v2.rst of Linux. */
    private void cgroup(ComputedDirectory cgroup) {
        text(cgroup, "cgroup.controllers", "cpuset cpu memory pids");
        text(cgroup, "cgroup.subtree_control", "");
        text(cgroup, "cgroup.type", "domain");
        text(cgroup, "cgroup.procs", "1");
        text(cgroup, "cgroup.events", "populated 1\nfrozen 0");
        text(cgroup, "cpu.max", cpus.count() * PERIOD_MICROS + " " + PERIOD_MICROS);
        text(cgroup, "cpu.weight", "100");
        cgroup.put("cpu.stat", tree.file(_ -> {
            long micros = kernel.scheduler().cpuNanos() / 1000;
            return "usage_usec " + micros + "\nuser_usec " + micros + "\nsystem_usec 0\nnr_periods 0\nnr_throttled 0\nthrottled_usec 0\n";
        }));
        for (String name : new String[] {"cpuset.cpus", "cpuset.cpus.effective"}) {
            text(cgroup, name, cpus.list());
        }
        for (String name : new String[] {"cpuset.mems", "cpuset.mems.effective"}) {
            text(cgroup, name, "0");
        }
        cgroup.put("memory.max", tree.file(_ -> kernel.space().memoryLimit() + "\n"));
        text(cgroup, "memory.high", "max");
        text(cgroup, "memory.low", "0");
        text(cgroup, "memory.min", "0");
        cgroup.put("memory.current", tree.file(_ -> kernel.memory().inUse() + "\n"));
        cgroup.put("memory.peak", tree.file(_ -> kernel.memory().highWater() - kernel.memory().reserved() + "\n"));
        text(cgroup, "memory.swap.max", "0");
        text(cgroup, "memory.swap.current", "0");
        text(cgroup, "memory.events", "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\noom_group_kill 0");
        cgroup.put("memory.stat", tree.file(_ -> "anon " + kernel.memory().inUse() + "\nfile 0\nkernel 0\nshmem 0\nfile_mapped 0\n"
                + "inactive_anon 0\nactive_anon " + kernel.memory().inUse() + "\ninactive_file 0\nactive_file 0\nunevictable 0\n"
                + "slab 0\npgfault 0\npgmajfault 0\n"));
        text(cgroup, "pids.max", "max");
        cgroup.put("pids.current", tree.file(_ -> kernel.scheduler().tasks().size() + "\n"));
    }
}
