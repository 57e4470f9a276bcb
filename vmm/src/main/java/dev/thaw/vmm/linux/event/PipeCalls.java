package dev.thaw.vmm.linux.event;

import dev.thaw.vmm.linux.Call;
import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.fs.OpenFlags;

/** pipe and pipe2. */
public final class PipeCalls {
    private PipeCalls() {}

    public static long pipe(Task task, Call call) {
        return create(task, call.arg(0), 0);
    }

    /** Packet mode (O_DIRECT) is not there: EINVAL, as on kernels without it. */
    public static long pipe2(Task task, Call call) {
        int flags = call.intArg(1);
        boolean known = (flags & ~(OpenFlags.O_CLOEXEC | OpenFlags.O_NONBLOCK)) == 0;
        return known ? create(task, call.arg(0), flags) : -Errno.EINVAL;
    }

    private static long create(Task task, long address, int flags) {
        Kernel kernel = task.kernel();
        boolean cloexec = (flags & OpenFlags.O_CLOEXEC) != 0;
        int nonBlocking = flags & OpenFlags.O_NONBLOCK;
        Pipe pipe = kernel.network().eventObjects().createPipe();
        PipeEnd reader = new PipeEnd(kernel, pipe, OpenFlags.O_RDONLY | nonBlocking);
        PipeEnd writer = new PipeEnd(kernel, pipe, OpenFlags.O_WRONLY | nonBlocking);
        int a = task.files().add(reader, cloexec);
        int b = task.files().add(writer, cloexec);
        if (a >= 0 && b >= 0) {
            try {
                task.user().writeInt(address, a);
                task.user().writeInt(address + 4, b);
                return 0;
            } catch (GuestError e) {
                task.files().close(a);
                task.files().close(b);
                throw e;
            }
        }
        if (a >= 0) {
            task.files().close(a);
        }
        return -Errno.EMFILE;
    }
}
