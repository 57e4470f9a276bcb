package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.ProcessInfo;
import dev.thaw.vmm.linux.Scheduler;
import dev.thaw.vmm.linux.mm.VmaSet;
import dev.thaw.vmm.linux.task.SystemCalls;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** /proc: what the monitor knows of the VM, in Linux's words. Of the host it tells the processor's model and features only. */
final class ProcTree {
    private static final long SECOND = 1_000_000_000L;
    private static final long TICK = SECOND / 100;
    private static final int LAST_CAPABILITY = 40;

    private final Kernel kernel;
    private final ComputedTree tree;
    private final ProcSelf self;

    ProcTree(FileSystem fileSystem) {
        this.kernel = fileSystem.kernel();
        this.tree = new ComputedTree(fileSystem);
        this.self = new ProcSelf(fileSystem, tree);
    }

    DirectoryInode build() {
        // The number that the process goes by after a thaw, and its threads, which are found by their ids and not listed, as in Linux.
        ComputedDirectory proc = tree.directory(List::of, name -> {
            if (name.equals(String.valueOf(kernel.process().pid()))) {
                return Optional.of(tree.link(String.valueOf(ProcessInfo.PID)));
            }
            return ProcSelf.number(name).flatMap(self::task);
        });
        proc.fillWhenNeeded(this::fill);
        return proc;
    }

    private void fill(ComputedDirectory proc) {
        String bootId = uuid();
        proc.put(String.valueOf(ProcessInfo.PID), self.build());
        proc.put("self", tree.link(String.valueOf(ProcessInfo.PID)));
        proc.put("thread-self", tree.magic(() -> ProcessInfo.PID + "/task/" + kernel.process().told(self.caller()), self::callersDirectory));
        proc.put("net", tree.link("self/net"));
        proc.put("mounts", tree.link("self/mounts"));
        proc.put("meminfo", tree.file(_ -> memory()));
        proc.put("cpuinfo", tree.file(_ -> CpuInfo.text(kernel.config().cpus())));
        proc.put("stat", tree.file(_ -> stat()));
        proc.put("uptime", tree.file(_ -> {
            String up = seconds(kernel.clock().monotonicNanos());
            return up + " 0.00\n";
        }));
        proc.put("loadavg", tree.file(_ -> {
            int threads = Math.max(1, kernel.scheduler().tasks().size());
            return "0.00 0.00 0.00 1/" + threads + " " + threads + "\n";
        }));
        proc.put("version", tree.file(
                "Linux version " + SystemCalls.RELEASE + " (thaw) " + SystemCalls.VERSION + "\n"));
        proc.put("filesystems", tree.file("nodev\tproc\nnodev\tsysfs\nnodev\ttmpfs\nnodev\toverlay\nnodev\tcgroup2\n"));
        proc.put("cmdline", tree.file("\n"));
        proc.put("cgroups", tree.file("#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpuset\t0\t1\t1\ncpu\t0\t1\t1\ncpuacct\t0\t1\t1\n"
                + "memory\t0\t1\t1\npids\t0\t1\t1\n"));
        sys(tree.directory(proc, "sys"), bootId);
    }

    private void sys(ComputedDirectory sys, String bootId) {
        ComputedDirectory of = tree.directory(sys, "kernel");
        of.put("ostype", tree.file("Linux\n"));
        of.put("osrelease", tree.file(SystemCalls.RELEASE + "\n"));
        of.put("version", tree.file(SystemCalls.VERSION + "\n"));
        of.put("hostname", tree.file(kernel.config().hostname() + "\n"));
        of.put("domainname", tree.file("(none)\n"));
        of.put("pid_max", tree.file("4194304\n"));
        of.put("threads-max", tree.file(Scheduler.MAX_TASKS + "\n"));
        of.put("core_pattern", tree.file("core\n"));
        of.put("sched_child_runs_first", tree.file("0\n"));
        of.put("perf_event_paranoid", tree.file("4\n"));
        of.put("numa_balancing", tree.file("0\n"));
        of.put("sem", tree.file("32000\t1024000000\t500\t32000\n"));
        of.put("shmmax", tree.file("18446744073692774399\n"));
        of.put("msgmax", tree.file("8192\n"));
        of.put("cap_last_cap", tree.file(LAST_CAPABILITY + "\n"));
        of.put("randomize_va_space", tree.file("2\n"));
        of.put("ngroups_max", tree.file("65536\n"));
        ComputedDirectory random = tree.directory(of, "random");
        random.put("boot_id", tree.file(bootId + "\n"));
        random.put("uuid", tree.file(_ -> uuid() + "\n"));
        random.put("entropy_avail", tree.file("256\n"));
        random.put("poolsize", tree.file("256\n"));
        ComputedDirectory vm = tree.directory(sys, "vm");
        vm.put("overcommit_memory", tree.file("0\n"));
        vm.put("overcommit_ratio", tree.file("50\n"));
        vm.put("min_free_kbytes", tree.file("0\n"));
        vm.put("nr_overcommit_hugepages", tree.file("0\n"));
        vm.put("legacy_va_layout", tree.file("0\n"));
        vm.put("max_map_count", tree.file(VmaSet.MAX_COUNT + "\n"));
        vm.put("mmap_min_addr", tree.file("65536\n"));
        vm.put("nr_hugepages", tree.file("0\n"));
        vm.put("swappiness", tree.file("0\n"));
        ComputedDirectory fs = tree.directory(sys, "fs");
        fs.put("file-max", tree.file(FdTable.LIMIT + "\n"));
        fs.put("nr_open", tree.file(FdTable.LIMIT + "\n"));
        fs.put("pipe-max-size", tree.file("1048576\n"));
        ComputedDirectory inotify = tree.directory(fs, "inotify");
        inotify.put("max_user_instances", tree.file("128\n"));
        inotify.put("max_user_watches", tree.file("8192\n"));
        inotify.put("max_queued_events", tree.file("16384\n"));
        net(tree.directory(sys, "net"));
    }

    private void net(ComputedDirectory net) {
        ComputedDirectory core = tree.directory(net, "core");
        core.put("somaxconn", tree.file("4096\n"));
        core.put("rmem_max", tree.file("212992\n"));
        core.put("wmem_max", tree.file("212992\n"));
        ComputedDirectory four = tree.directory(net, "ipv4");
        four.put("ip_local_port_range", tree.file("32768\t60999\n"));
        four.put("tcp_rmem", tree.file("4096\t131072\t6291456\n"));
        four.put("tcp_wmem", tree.file("4096\t16384\t4194304\n"));
        four.put("tcp_keepalive_time", tree.file("7200\n"));
        ComputedDirectory six = tree.directory(tree.directory(tree.directory(net, "ipv6"), "conf"), "all");
        six.put("disable_ipv6", tree.file("0\n"));
    }

    private String uuid() {
        ByteBuffer random = ByteBuffer.wrap(kernel.entropy().bytes(16));
        // RFC 9562: version 4, variant 10.
        long high = random.getLong() & ~0xf000L | 0x4000L;
        long low = random.getLong() & ~(3L << 62) | 1L << 63;
        return new UUID(high, low).toString();
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%d.%02d", nanos / SECOND, nanos % SECOND / TICK);
    }

    private String memory() {
        long total = kernel.space().memoryLimit() / 1024;
        long free = kernel.memory().available() * 4;
        StringBuilder text = new StringBuilder();
        line(text, "MemTotal", total);
        line(text, "MemFree", free);
        line(text, "MemAvailable", free);
        for (String zero : new String[] {"Buffers", "Cached", "SwapCached", "Active", "Inactive", "SwapTotal", "SwapFree",
                "Dirty", "Writeback", "Mapped", "Slab", "SReclaimable", "SUnreclaim"}) {
            line(text, zero, 0);
        }
        line(text, "AnonPages", total - free);
        line(text, "Shmem", 0);
        line(text, "CommitLimit", total);
        line(text, "Committed_AS", total - free);
        line(text, "VmallocTotal", 34_359_738_367L);
        line(text, "HugePages_Total", 0);
        line(text, "Hugepagesize", 2048);
        return text.toString();
    }

    private static void line(StringBuilder text, String name, long kilobytes) {
        String unit = name.startsWith("HugePages") ? "" : " kB";
        text.append(String.format(Locale.ROOT, "%-15s %8d%s\n", name + ":", kilobytes, unit));
    }

    private String stat() {
        int cpus = kernel.config().cpus();
        long up = kernel.clock().monotonicNanos() / TICK;
        long busy = kernel.scheduler().cpuNanos() / TICK;
        long boot = (kernel.clock().realtimeNanos() - kernel.clock().monotonicNanos()) / SECOND;
        StringBuilder text = new StringBuilder(cpuLine("cpu ", busy, Math.max(0, up * cpus - busy)));
        for (int cpu = 0; cpu < cpus; cpu++) {
            text.append(cpuLine("cpu" + cpu, busy / cpus, Math.max(0, up - busy / cpus)));
        }
        return text.append("intr 0\nctxt 0\nbtime ").append(boot).append("\nprocesses ")
                .append(kernel.scheduler().tasks().size()).append("\nprocs_running 1\nprocs_blocked 0\n").toString();
    }

    private static String cpuLine(String name, long busy, long idle) {
        return name + " " + busy + " 0 0 " + idle + " 0 0 0 0 0 0\n";
    }
}
