package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.mm.UserBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Directories: listing them and being in one. */
public final class DirectoryCalls {
    private DirectoryCalls() {}

    public static long getdents64(Task task, Call call) {
        FileDescription file = task.files().get(call.intArg(0));
        return file.readDirectory(task, UserBuffer.of(task.user(), call.arg(1), Integer.toUnsignedLong(call.intArg(2))));
    }

    public static long getcwd(Task task, Call call) {
        DirectoryInode directory = task.kernel().fileSystem().workingDirectory();
        if (directory.names() == 0) {
            return -Errno.ENOENT;
        }
        byte[] path = directory.plainPath().getBytes(StandardCharsets.ISO_8859_1);
        if (path.length >= 4096) {
            return -Errno.ENAMETOOLONG;
        }
        if (call.arg(1) < 0 || call.arg(1) <= path.length) {
            return -Errno.ERANGE;
        }
        task.user().writeBytes(call.arg(0), Arrays.copyOf(path, path.length + 1));
        return path.length + 1;
    }

    public static long chdir(Task task, Call call) {
        Inode inode = Paths.inode(task, Paths.AT_FDCWD, call.arg(0), 0);
        task.kernel().fileSystem().setWorkingDirectory(inode);
        return 0;
    }

    public static long fchdir(Task task, Call call) {
        task.kernel().fileSystem().setWorkingDirectory(Paths.of(task, call.intArg(0)));
        return 0;
    }

    public static long chroot(Task task, Call call) {
        Paths.inode(task, Paths.AT_FDCWD, call.arg(0), 0);
        return -Errno.EPERM;
    }
}
