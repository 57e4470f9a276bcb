package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.ProcessInfo;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.net.Network;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** /proc/1, which is /proc/self too: the files of proc(5) about the process. */
final class ProcSelf {
    private final FileSystem fileSystem;
    private final Kernel kernel;
    private final ComputedTree tree;
    private final Map<Integer, Inode> directories = new HashMap<>();
    private String oomAdjustment = "0\n";
    private String coreFilter = "00000033\n";

    ProcSelf(FileSystem fileSystem, ComputedTree tree) {
        this.fileSystem = fileSystem;
        this.kernel = fileSystem.kernel();
        this.tree = tree;
    }

    ComputedDirectory build() {
        ComputedDirectory process = tree.directory();
        fill(process, ProcessInfo.PID);
        ComputedDirectory tasks = tree.directory(this::tasks, name -> number(name).flatMap(this::task));
        process.put("task", tasks);
        process.put("net", net());
        return process;
    }

    int caller() {
        return fileSystem.caller();
    }

    Inode callersDirectory() {
        return task(caller()).orElseThrow(() -> new GuestError(Errno.ENOENT));
    }

    private List<String> tasks() {
        return kernel.scheduler().tasks().stream().map(task -> String.valueOf(kernel.process().told(task.id()))).toList();
    }

    /** The directory of a thread. While state is being loaded there are no tasks yet: then every one is believed. */
    Optional<Inode> task(int told) {
        int id = kernel.process().threadId(told);
        boolean there = kernel.scheduler().tasks().isEmpty() || kernel.scheduler().find(id).isPresent();
        if (!there) {
            directories.remove(id);
            return Optional.empty();
        }
        return Optional.of(directories.computeIfAbsent(id, _ -> {
            ComputedDirectory directory = tree.directory();
            fill(directory, id);
            directory.put("children", tree.file(""));
            return directory;
        }));
    }

    /** The task a file of /proc is about: the one of that id, or whoever reads once that one has ended before the process. */
    private Task subject(int id, Task reader) {
        return kernel.scheduler().find(id).orElse(reader);
    }

    private void fill(ComputedDirectory directory, int id) {
        ProcStatus status = new ProcStatus(kernel);
        directory.put("maps", tree.file(_ -> ProcMaps.maps(kernel.space())));
        directory.put("smaps", tree.file(_ -> ProcMaps.smaps(kernel.space())));
        directory.put("smaps_rollup", tree.file(_ -> ProcMaps.rollup(kernel.space())));
        directory.put("status", tree.file(reader -> status.status(subject(id, reader))));
        directory.put("stat", tree.file(reader -> status.stat(subject(id, reader))));
        directory.put("statm", tree.file(_ -> status.statm()));
        directory.put("limits", tree.file(_ -> status.limits()));
        directory.put("schedstat", tree.file(reader -> subject(id, reader).cpuNanos() + " 0 0\n"));
        directory.put("cmdline", tree.file(_ -> terminated(kernel.process().arguments())));
        directory.put("environ", tree.file(_ -> terminated(kernel.process().environment())));
        directory.put("auxv", tree.binaryFile(_ -> kernel.process().auxiliary()));
        directory.put("comm", tree.writableFile(reader -> ProcStatus.name(subject(id, reader)) + "\n",
                (writer, text) -> rename(subject(id, writer), text)));
        directory.put("io", tree.file("rchar: 0\nwchar: 0\nsyscr: 0\nsyscw: 0\nread_bytes: 0\nwrite_bytes: 0\n"
                + "cancelled_write_bytes: 0\n"));
        directory.put("wchan", tree.file("0"));
        directory.put("personality", tree.file("00000000\n"));
        directory.put("timerslack_ns", tree.file("50000\n"));
        directory.put("coredump_filter", tree.writableFile(_ -> coreFilter, (_, text) -> coreFilter = coreFilter(text)));
        directory.put("uid_map", tree.file("         0          0 4294967295\n"));
        directory.put("gid_map", tree.file("         0          0 4294967295\n"));
        directory.put("setgroups", tree.file("allow\n"));
        directory.put("sessionid", tree.file("4294967295"));
        directory.put("oom_score", tree.file("0\n"));
        directory.put("oom_adj", tree.file("0\n"));
        directory.put("oom_score_adj", tree.writableFile(_ -> oomAdjustment, (_, text) -> oomAdjustment = adjustment(text)));
        directory.put("cgroup", tree.file("0::/\n"));
        directory.put("cpuset", tree.file("/\n"));
        directory.put("mounts", tree.file(_ -> mounts()));
        directory.put("mountinfo", tree.file(_ -> mountInfo()));
        directory.put("loginuid", tree.file("4294967295"));
        directory.put("exe", tree.magic(() -> executable().path(), this::executable));
        directory.put("cwd", tree.magic(() -> fileSystem.workingDirectory().path(), fileSystem::workingDirectory));
        directory.put("root", tree.magic(() -> "/", fileSystem::root));
        directory.put("fd", tree.directory(this::descriptors, name -> descriptor(name).map(this::link)));
        directory.put("fdinfo", tree.directory(this::descriptors, name -> descriptor(name).map(this::info)));
    }

    /** proc_net(5), of a machine whose one interface is the loopback: what needs no look at its sockets. */
    private ComputedDirectory net() {
        ComputedDirectory net = tree.directory();
        net.put("if_inet6", tree.file(Network.ipv6Interfaces()));
        net.put("dev", tree.file("""
                Inter-|   Receive                                                |  Transmit
                 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                    lo:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0
                """));
        net.put("route", tree.file("Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT"
                + "                                                       \n"));
        return net;
    }

    /** A mask of MMF_DUMP_ bits, hexadecimal as it is shown: core(5). There is no core file that it would change. */
    private static String coreFilter(String text) {
        try {
            String digits = text.strip();
            long value = digits.startsWith("0x") ? Long.parseLong(digits.substring(2), 16) : Long.parseLong(digits);
            return String.format(Locale.ROOT, "%08x\n", value & 0x1ff);
        } catch (NumberFormatException e) {
            throw new GuestError(Errno.EINVAL);
        }
    }

    private static String terminated(List<String> strings) {
        StringBuilder text = new StringBuilder();
        strings.forEach(s -> text.append(s).append('\0'));
        return text.toString();
    }

    private static void rename(Task task, String text) {
        String name = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        task.setName(name.substring(0, Math.min(15, name.length())));
    }

    /** A number from -1000 to 1000: OOM_SCORE_ADJ_MIN and MAX of linux/oom.h. There is nothing that it would change. */
    private static String adjustment(String text) {
        try {
            int value = Integer.parseInt(text.strip());
            if (value >= -1000 && value <= 1000) {
                return value + "\n";
            }
        } catch (NumberFormatException e) {
            throw new GuestError(Errno.EINVAL);
        }
        throw new GuestError(Errno.EINVAL);
    }

    private Inode executable() {
        return fileSystem.resolveMore(fileSystem.root(), kernel.process().executable(), true).existing();
    }

    private List<String> descriptors() {
        return kernel.files().descriptors().stream().map(String::valueOf).toList();
    }

    /** The number that a name is, when that descriptor is open: digits without a leading zero. */
    private Optional<Integer> descriptor(String name) {
        return number(name).filter(kernel.files()::isOpen);
    }

    static Optional<Integer> number(String name) {
        return name.matches("0|[1-9][0-9]{0,6}") ? Optional.of(Integer.parseInt(name)) : Optional.empty();
    }

    private Inode link(int fd) {
        return tree.magic(() -> kernel.files().get(fd).linkName(), () -> target(fd));
    }

    private Inode target(int fd) {
        FileDescription description = kernel.files().get(fd);
        return description.inode().orElseGet(() -> new DescriptionInode(fileSystem, description));
    }

    private Inode info(int fd) {
        return tree.file(_ -> {
            FileDescription description = kernel.files().get(fd);
            long position = Math.max(0, description instanceof FileHandle file ? file.offset() : 0);
            int flags = description.statusFlags() | (kernel.files().closeOnExec(fd) ? OpenFlags.O_CLOEXEC : 0);
            return "pos:\t" + position + "\nflags:\t0" + Integer.toOctalString(flags) + "\nmnt_id:\t1\nino:\t"
                    + description.stat().inode() + "\n";
        });
    }

    private record MountLine(String path, String type, String options) {}

    private List<MountLine> mountLines() {
        List<MountLine> lines = new java.util.ArrayList<>();
        if (fileSystem.trees().stream().noneMatch(tree -> tree.mount().guestPath().equals("/"))) {
            lines.add(new MountLine("/", "tmpfs", "rw"));
        }
        for (HostTree host : fileSystem.trees()) {
            String type = host.writable() ? "virtiofs" : "overlay";
            lines.add(new MountLine(host.mount().guestPath().replace(" ", "\\040"), type, "rw"));
        }
        lines.add(new MountLine("/tmp", "tmpfs", "rw"));
        lines.add(new MountLine("/dev", "tmpfs", "rw"));
        lines.add(new MountLine("/proc", "proc", "ro"));
        lines.add(new MountLine("/sys", "sysfs", "ro"));
        lines.add(new MountLine("/sys/fs/cgroup", "cgroup2", "ro"));
        return lines;
    }

    private String mounts() {
        StringBuilder text = new StringBuilder();
        mountLines().forEach(m -> text.append(m.type()).append(' ').append(m.path()).append(' ').append(m.type())
                .append(' ').append(m.options()).append(" 0 0\n"));
        return text.toString();
    }

    private String mountInfo() {
        StringBuilder text = new StringBuilder();
        int id = 1;
        for (MountLine m : mountLines()) {
            text.append(id).append(' ').append(id == 1 ? 0 : 1).append(" 0:").append(id).append(" / ").append(m.path())
                    .append(' ').append(m.options()).append(" - ").append(m.type()).append(' ').append(m.type()).append(' ')
                    .append(m.options()).append('\n');
            id++;
        }
        return text.toString();
    }
}
