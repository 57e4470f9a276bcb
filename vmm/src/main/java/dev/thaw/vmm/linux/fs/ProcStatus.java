package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.task.Credentials;
import dev.thaw.vmm.linux.task.ResourceLimits;
import java.util.Locale;

/** /proc/self/status, stat, statm, limits; formats of proc(5). */
final class ProcStatus {
    private static final long PAGE = 4096;
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
        text.append("\nState:\tR (running)\nTgid:\t").append(kernel.process().pid()).append("\nNgid:\t0\nPid:\t")
                .append(kernel.process().told(task.id()));
        text.append("\nPPid:\t0\nTracerPid:\t0\n");
        ids(text, "Uid", who.userId(), who.effectiveUserId());
        ids(text, "Gid", who.groupId(), who.effectiveGroupId());
        text.append("FDSize:\t").append(Math.max(64, kernel.files().descriptors().size())).append("\nGroups:\t \n");
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
        text.append("Threads:\t1\nSigQ:\t0/1024\n");
        text.append("SigBlk:\t").append(String.format(Locale.ROOT, "%016x", task.signals().mask()));
        text.append("\nNoNewPrivs:\t0\nSeccomp:\t0\nCpus_allowed:\t1\nCpus_allowed_list:\t0\nMems_allowed:\t1\n")
                .append("Mems_allowed_list:\t0\nvoluntary_ctxt_switches:\t0\nnonvoluntary_ctxt_switches:\t0\n");
        return text.toString();
    }

    private static void ids(StringBuilder text, String name, int real, int effective) {
        text.append(name).append(":\t").append(real).append('\t').append(effective).append('\t').append(effective)
                .append('\t').append(effective).append('\n');
    }

    private static void kilobytes(StringBuilder text, String name, long bytes) {
        text.append(String.format(Locale.ROOT, "%s:\t%8d kB\n", name, bytes / 1024));
    }

    /** The 52 fields of proc(5); times and faults that are not counted are 0. */
    String stat(Task task) {
        ProcMaps.Sizes sizes = ProcMaps.sizes(kernel.space());
        int pid = kernel.process().pid();
        return kernel.process().told(task.id()) + " (" + name(task) + ") R 0 " + pid + " " + pid + " 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 0 "
                + sizes.total() + " " + sizes.resident() / PAGE + " 18446744073709551615" + " 0".repeat(12)
                + " 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n";
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
