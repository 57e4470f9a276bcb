package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.ProcessInfo;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.Vma;
import dev.thaw.vmm.linux.task.Credentials;
import dev.thaw.vmm.linux.task.ResourceLimits;
import java.util.Locale;

/** /proc/self/status, stat, statm, limits; formats of proc(5). */
final class ProcStatus {
    private static final long PAGE = 4096;
    /** USER_HZ is 100. */
    private static final long NANOS_PER_TICK = 10_000_000;
    /** Names and units in the order of asm-generic/resource.h, as fs/proc/base.c has them. */
    private static final String[][] LIMITS = {
        {"Max cpu time", "seconds"}, {"Max file size", "bytes"}, {"Max data size", "bytes"}, {"Max stack size", "bytes"},
        {"Max core file size", "bytes"}, {"Max resident set", "bytes"}, {"Max processes", "processes"},
        {"Max open files", "files"}, {"Max locked memory", "bytes"}, {"Max address space", "bytes"},
        {"Max file locks", "locks"}, {"Max pending signals", "signals"}, {"Max msgqueue size", "bytes"},
        {"Max nice priority", ""}, {"Max realtime priority", ""}, {"Max realtime timeout", "us"}};

    private final Kernel kernel;

    ProcStatus(Kernel kernel) {
        this.kernel = kernel;
    }

    /** PR_SET_NAME's name, or the executable's as execve(2) sets it. */
    static String name(Task task) {
        if (!task.name().isEmpty()) {
            return task.name();
        }
        String path = task.kernel().process().executable();
        String file = path.substring(path.lastIndexOf('/') + 1);
        return file.substring(0, Math.min(15, file.length()));
    }

    String status(Task task) {
        Credentials who = kernel.process().credentials();
        ProcMaps.Sizes sizes = ProcMaps.sizes(kernel.space());
        StringBuilder text = new StringBuilder();
        text.append("Name:\t").append(name(task));
        text.append("\nUmask:\t").append(String.format(Locale.ROOT, "%04o", kernel.process().umask()));
        text.append("\nState:\t").append(task.blocked() ? "S (sleeping)" : "R (running)").append("\nTgid:\t").append(kernel.process().pid())
                .append("\nNgid:\t0\nPid:\t").append(kernel.process().told(task.id()));
        text.append("\nPPid:\t0\nTracerPid:\t0\n");
        ids(text, "Uid", who.userId(), who.effectiveUserId());
        ids(text, "Gid", who.groupId(), who.effectiveGroupId());
        text.append("FDSize:\t").append(kernel.files().selectable()).append("\nGroups:\t").append(groups(who)).append('\n');
        text.append("NStgid:\t").append(kernel.process().pid()).append("\nNSpid:\t").append(kernel.process().told(task.id())).append("\nNSpgid:\t1\nNSsid:\t1\n");
        memory(text, sizes);
        text.append("CoreDumping:\t0\nTHP_enabled:\t0\nThreads:\t").append(threads()).append("\nSigQ:\t0/1024\n");
        signals(text, task);
        set(text, "CapInh", who.inheritable());
        set(text, "CapPrm", who.permitted());
        set(text, "CapEff", who.effective());
        set(text, "CapBnd", Credentials.ALL_CAPABILITIES);
        set(text, "CapAmb", 0);
        CpuSet cpus = new CpuSet(kernel.config().cpus());
        text.append("NoNewPrivs:\t").append(who.noNewPrivileges() ? 1 : 0).append("\nSeccomp:\t0\nSeccomp_filters:\t0\n")
                .append("Cpus_allowed:\t").append(cpus.mask()).append("\nCpus_allowed_list:\t").append(cpus.list())
                .append("\nMems_allowed:\t1\nMems_allowed_list:\t0\nvoluntary_ctxt_switches:\t0\nnonvoluntary_ctxt_switches:\t0\n");
        return text.toString();
    }

    private static void memory(StringBuilder text, ProcMaps.Sizes sizes) {
        kilobytes(text, "VmPeak", sizes.total());
        kilobytes(text, "VmSize", sizes.total());
        kilobytes(text, "VmLck", 0);
        kilobytes(text, "VmPin", 0);
        kilobytes(text, "VmHWM", sizes.resident());
        kilobytes(text, "VmRSS", sizes.resident());
        kilobytes(text, "RssAnon", sizes.resident() - sizes.shared());
        kilobytes(text, "RssFile", 0);
        kilobytes(text, "RssShmem", sizes.shared());
        kilobytes(text, "VmData", sizes.data());
        kilobytes(text, "VmStk", sizes.stack());
        kilobytes(text, "VmExe", sizes.code());
        kilobytes(text, "VmLib", sizes.libraries());
        kilobytes(text, "VmPTE", 0);
        kilobytes(text, "VmSwap", 0);
        kilobytes(text, "HugetlbPages", 0);
    }

    private void signals(StringBuilder text, Task task) {
        set(text, "SigPnd", kernel.signals().pendingOf(task));
        set(text, "ShdPnd", kernel.signals().pendingOfProcess());
        set(text, "SigBlk", task.signals().mask());
        set(text, "SigIgn", kernel.signals().ignoredByChoice());
        set(text, "SigCgt", kernel.signals().caught());
    }

    private static void set(StringBuilder text, String name, long bits) {
        text.append(name).append(":\t").append(String.format(Locale.ROOT, "%016x", bits)).append('\n');
    }

    private static String groups(Credentials who) {
        StringBuilder text = new StringBuilder();
        for (int group : who.supplementaryGroups()) {
            text.append(Integer.toUnsignedString(group)).append(' ');
        }
        return text.isEmpty() ? " " : text.toString();
    }

    private int threads() {
        return Math.max(1, kernel.scheduler().tasks().size());
    }

    private static void ids(StringBuilder text, String name, int real, int effective) {
        text.append(name).append(":\t").append(real).append('\t').append(effective).append('\t').append(effective)
                .append('\t').append(effective).append('\n');
    }

    private static void kilobytes(StringBuilder text, String name, long bytes) {
        text.append(String.format(Locale.ROOT, "%s:\t%8d kB\n", name, bytes / 1024));
    }

    /** The 52 fields of proc(5); what is not counted is 0. */
    String stat(Task task) {
        ProcMaps.Sizes sizes = ProcMaps.sizes(kernel.space());
        int pid = kernel.process().pid();
        boolean leader = task.id() == ProcessInfo.PID;
        long ticks = (leader ? kernel.scheduler().cpuNanos() : task.cpuNanos()) / NANOS_PER_TICK;
        long stack = kernel.space().mappings().all().stream().filter(vma -> vma.name().equals("[stack]")).map(Vma::end)
                .reduce((_, last) -> last).orElse(0L);
        return kernel.process().told(task.id()) + " (" + name(task) + ") " + (task.blocked() ? "S" : "R") + " 0 " + pid + " " + pid
                + " 0 -1 4194304 0 0 0 0 " + ticks + " 0 0 0 20 0 " + threads() + " 0 0 " + sizes.total() + " "
                + sizes.resident() / PAGE + " 18446744073709551615 1 1 " + Math.max(0, stack - PAGE)
                + " 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n";
    }

    String statm() {
        ProcMaps.Sizes sizes = ProcMaps.sizes(kernel.space());
        return sizes.total() / PAGE + " " + sizes.resident() / PAGE + " " + sizes.shared() / PAGE + " "
                + sizes.code() / PAGE + " 0 " + (sizes.data() + sizes.stack()) / PAGE + " 0\n";
    }

    String limits() {
        ResourceLimits limits = kernel.process().limits();
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT, "%-25s %-20s %-20s %-10s\n", "Limit", "Soft Limit", "Hard Limit", "Units"));
        for (int i = 0; i < LIMITS.length; i++) {
            text.append(String.format(Locale.ROOT, "%-25s %-20s %-20s %-10s\n", LIMITS[i][0], limit(limits.soft(i)),
                    limit(limits.hard(i)), LIMITS[i][1]));
        }
        return text.toString();
    }

    private static String limit(long value) {
        return value == ResourceLimits.INFINITY ? "unlimited" : Long.toUnsignedString(value);
    }
}
