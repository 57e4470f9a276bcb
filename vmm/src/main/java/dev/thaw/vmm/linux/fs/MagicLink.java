package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Task;
import java.util.function.Supplier;

/** A link of /proc that leads to a file itself, whether or not a path does: /proc/self/fd/N, exe, cwd, root. */
final class MagicLink extends Inode {
    private final Supplier<String> text;
    private final Supplier<Inode> target;

    MagicLink(FileSystem fileSystem, InodeFacts facts, Supplier<String> text, Supplier<Inode> target) {
        super(fileSystem, FileSystem.NO_ID, facts);
        this.text = text;
        this.target = target;
    }

    /** What readlink(2) shows. */
    String text() {
        return text.get();
    }

    Inode target() {
        return target.get();
    }

    @Override
    FileDescription open(Task task, int flags) {
        throw new GuestError(Errno.ELOOP);
    }
}
