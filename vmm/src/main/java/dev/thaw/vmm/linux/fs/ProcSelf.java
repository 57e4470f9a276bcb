package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.ProcessInfo;
import dev.thaw.vmm.linux.Task;
import java.util.List;
import java.util.Optional;

/** /proc/1, which is /proc/self too: the files of proc(5) about the process. */
final class ProcSelf {
    private final FileSystem fileSystem;
    private final Kernel kernel;
    private final ComputedTree tree;
    private String oomAdjustment = "0\n";

    ProcSelf(FileSystem fileSystem, ComputedTree tree) {
        this.fileSystem = fileSystem;
        this.kernel = fileSystem.kernel();
        this.tree = tree;
    }

    ComputedDirectory build() {
        ComputedDirectory process = tree.directory();
        fill(process);
        String pid = String.valueOf(ProcessInfo.PID);
        ComputedDirectory task = tree.directory();
        fill(task);
        tree.directory(process, "task").put(pid, task);
        return process;
    }

    private void fill(ComputedDirectory directory) {
        ProcStatus status = new ProcStatus(kernel);
        directory.put("maps", tree.file(_ -> ProcMaps.maps(kernel.space())));
        directory.put("smaps", tree.file(_ -> ProcMaps.smaps(kernel.space())));
        directory.put("status", tree.file(status::status));
        directory.put("stat", tree.file(status::stat));
        directory.put("statm", tree.file(_ -> status.statm()));
        directory.put("limits", tree.file(_ -> status.limits()));
        directory.put("cmdline", tree.file(_ -> terminated(kernel.process().arguments())));
        directory.put("environ", tree.file(_ -> terminated(kernel.process().environment())));
        directory.put("comm", tree.writableFile(task -> ProcStatus.name(task) + "\n", ProcSelf::rename));
        directory.put("oom_score", tree.file("0\n"));
        directory.put("oom_score_adj", tree.writableFile(_ -> oomAdjustment, (_, text) -> oomAdjustment = adjustment(text)));
        directory.put("cgroup", tree.file("0::/\n"));
        directory.put("mounts", tree.file(_ -> mounts()));
        directory.put("mountinfo", tree.file(_ -> mountInfo()));
        directory.put("loginuid", tree.file("4294967295"));
        directory.put("exe", tree.magic(() -> executable().path(), this::executable));
        directory.put("cwd", tree.magic(() -> fileSystem.workingDirectory().path(), fileSystem::workingDirectory));
        directory.put("root", tree.magic(() -> "/", fileSystem::root));
        directory.put("fd", tree.directory(this::descriptors, name -> descriptor(name).map(this::link)));
        directory.put("fdinfo", tree.directory(this::descriptors, name -> descriptor(name).map(this::info)));
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
        if (!name.matches("0|[1-9][0-9]{0,5}")) {
            return Optional.empty();
        }
        int fd = Integer.parseInt(name);
        return kernel.files().isOpen(fd) ? Optional.of(fd) : Optional.empty();
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
